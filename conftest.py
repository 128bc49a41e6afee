"""What the examples in docstrings may use without saying so."""

import pytest


@pytest.fixture(autouse=True)
def _context(doctest_namespace):
    from kamen_core.rdd import LocalContext

    doctest_namespace["sc"] = LocalContext(2)
