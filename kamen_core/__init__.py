"""Small reference implementations for the book *Kamen: deep learning, step by step*.

One module an article: :mod:`~kamen_core.gradient_descent`, :mod:`~kamen_core.backprop`,
:mod:`~kamen_core.lstm_gru`, :mod:`~kamen_core.word2vec`, :mod:`~kamen_core.lda` (with
:mod:`~kamen_core.mcmc`), :mod:`~kamen_core.roc_auc` and :mod:`~kamen_core.rdd`.
They compute; :mod:`kamen_core.figures` draws; :mod:`kamen_core.flipbook` lets the reader move it.
"""

__version__ = "0.1.0"

import sys as _sys

if _sys.platform == "emscripten":  # Python in the reader's browser
    from . import _browser

    _browser.prepare(_sys.modules["IPython"].get_ipython() if "IPython" in _sys.modules else None)
