"""What the examples in docstrings may use without saying so, and what no test leaves to the next."""

import sys

import pytest


@pytest.fixture(autouse=True)
def _context(doctest_namespace):
    from kamen_core.rdd import LocalContext

    doctest_namespace["sc"] = LocalContext(2)


@pytest.fixture(autouse=True)
def _figures_closed():
    """An open figure of pyplot would be shown by whatever shows all open ones next."""
    yield
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close("all")
