"""The figures of the chapter on LSTM and GRU.

============================  ====================================================================
module                        figures
============================  ====================================================================
``_lstm_belt``                the LSTM by hand: `chain`, `conveyor` and its gates
``_gru_belt``                 the GRU by hand: `gru_belt`, its gates, `reset_order`
``_brackets``, ``_sentence``   the trained networks: `reading`, `units`, `contributions`, `clamp`
``_memory``                   `memory` and `cost`
``_diagram``, ``_gate_plane`` what the diagrams are drawn with
============================  ====================================================================
"""

from ._brackets import clamp, contributions, reading, units
from ._gru_belt import candidate, gru_belt, reset_order, update_gate
from ._lstm_belt import ONE_UNIT, chain, conveyor, forget_gate, input_gate, output_gate
from ._memory import cost, memory
from ._sentence import SENTENCE, abilities, clamped, unseen

__all__ = [
    "ONE_UNIT",
    "SENTENCE",
    "abilities",
    "candidate",
    "chain",
    "clamp",
    "clamped",
    "contributions",
    "conveyor",
    "cost",
    "forget_gate",
    "gru_belt",
    "input_gate",
    "memory",
    "output_gate",
    "reading",
    "reset_order",
    "units",
    "unseen",
    "update_gate",
]
