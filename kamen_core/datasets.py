"""Small real data, shipped with the package: no download, ever.

Beside each file in ``kamen_core/data`` lie its provenance and licence (``<name>.md``) and the script that
made it (``make_<name>.py``).
"""

from importlib.resources import files

import numpy as np


def _arrays(name):
    """The arrays of ``data/<name>.npz`` as a dict."""
    with files("kamen_core.data").joinpath(f"{name}.npz").open("rb") as stream, np.load(stream) as npz:
        return dict(npz)


def breast_cancer_scores():
    """A real classifier's scores of 569 patients, and who of them had cancer.

    The scores are out-of-sample: each patient's comes from a logistic regression, on three modest features,
    that was fitted without that patient. Source, licence (CC BY 4.0) and recipe: ``data/breast_cancer.md``.

    Returns
    -------
    y_true : ndarray (569,) of int8
        1 malignant (212 patients), 0 benign (357).
    y_score : ndarray (569,) of float64
        Probability of malignant, in [0, 1], to three decimals.

    Examples
    --------
    >>> y_true, y_score = breast_cancer_scores()
    >>> int(y_true.sum()), y_score[:3].tolist()
    (212, [0.69, 0.166, 0.625])
    """
    arrays = _arrays("breast_cancer")
    return arrays["y_true"], arrays["y_score"]


def breast_cancer_features():
    """The three measurements that the classifier of :func:`breast_cancer_scores` sees.

    Returns
    -------
    features : ndarray (569, 3) of float64
        Columns: worst texture (standard deviation of grey values), worst smoothness (local variation of the
        radius), worst symmetry. "Worst" is the mean over the three largest nuclei of the image.
    y_true : ndarray (569,) of int8
        1 malignant, 0 benign.

    Examples
    --------
    >>> features, y_true = breast_cancer_features()
    >>> features[0].tolist(), int(y_true[0])
    ([17.33, 0.1622, 0.4601], 1)
    """
    arrays = _arrays("breast_cancer")
    return arrays["features"], arrays["y_true"]
