"""The figures of the chapter on gradient descent.

==================  ==========================================================
module              its figures
==================  ==========================================================
``_gd_walks``       `your_start`, `race`
``_gd_data``        `by_hand`, `valley`, `twin`, `batches`, `schedules`
``_gd_rates``       `compass`, `learning_rate`, `steepest`
``_gd_momentum``    `momentum_plane`, `one_step`, `overshoot`
``_gd_adaptive``    `distance`, `curvature`, `inside`
``_plane``          what they share
==================  ==========================================================
"""

from ._gd_adaptive import curvature, distance, inside, rms_slope
from ._gd_data import (
    batch_run,
    batches,
    by_hand,
    line_data,
    mean_grad,
    mean_loss,
    schedule_run,
    schedules,
    twin,
    valley,
)
from ._gd_momentum import contraction, momentum_plane, one_step, overshoot, swing
from ._gd_rates import compass, learning_rate, steepest, to_arrive
from ._gd_walks import best_rates, race, race_runs, your_start

__all__ = [
    "batch_run",
    "batches",
    "best_rates",
    "by_hand",
    "compass",
    "contraction",
    "curvature",
    "distance",
    "inside",
    "learning_rate",
    "line_data",
    "mean_grad",
    "mean_loss",
    "momentum_plane",
    "one_step",
    "overshoot",
    "race",
    "race_runs",
    "rms_slope",
    "schedule_run",
    "schedules",
    "steepest",
    "swing",
    "to_arrive",
    "twin",
    "valley",
    "your_start",
]
