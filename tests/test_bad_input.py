"""Whatever is thrown at a public function is right or is refused, by the argument's name, and left as it was.

The table is tests/_public.py, what is thrown is in tests/_bad_input.py; tests/fuzz.py throws at random.
"""

import inspect
import re

import pytest
from _bad_input import assert_equal, names, snapshot
from _public import MODULES, PLAIN, ROWS

from kamen_core import rdd

EXCUSED = {"spark.connect": "starts Spark; tests/test_spark.py asks it for what it refuses"}
# Where two arguments do not fit each other either may be named
MISFIT = re.compile(r"(?:.* )?(?:longer|shorter|empty) \d|(?:.* )?(?:an axis more|an axis less|number)$")


def public(module):
    """What a module offers: its ``__all__``, else what has no underscore and was written for it."""
    offered = getattr(module, "__all__", None) or [
        name
        for name, value in vars(module).items()
        if not name.startswith("_")
        and getattr(value, "__module__", "") in (module.__name__, "kamen_core._texts")
    ]
    return {name: getattr(module, name) for name in offered}


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.__name__)
def test_every_public_function_is_in_the_table(module):
    short = module.__name__.removeprefix("kamen_core.")
    functions = {name for name, value in public(module).items() if inspect.isfunction(value)}
    assert {f"{short}.{name}" for name in functions} - set(ROWS) - set(EXCUSED) == set()


@pytest.mark.parametrize("kind", [rdd.RDD, rdd.LocalContext])
def test_every_method_is_in_the_table(kind):
    methods = {name for name, value in vars_of(kind).items() if inspect.isfunction(value) and name[0] != "_"}
    listed = {name.rpartition(".")[2] for name in ROWS if name.startswith(f"rdd.{kind.__name__}.")}
    assert methods - listed - (PLAIN if kind is rdd.RDD else {"stop"}) == set()


def vars_of(kind):
    return {name: value for base in reversed(kind.__mro__) for name, value in vars(base).items()}


@pytest.mark.parametrize("name", ROWS)
def test_every_argument_has_a_kind(name):
    assert sorted(ROWS[name].parameters()) == sorted(ROWS[name].kinds)


@pytest.mark.parametrize("name", ROWS)
def test_bad_input_is_refused_by_name(name):
    row, wrong = ROWS[name], []
    for argument, kind in row.kinds.items():
        for label, value in kind.bad().items():
            arguments = row.good() | {argument: value}
            before = snapshot(arguments)
            try:
                result = row.call(**arguments)
            except (TypeError, ValueError, KeyError) as error:
                message = error.args[0] if error.args else ""
                blamed = kind.named or (argument,)
                blamed = (*blamed, *row.kinds) if MISFIT.match(label) else blamed
                if not any(names(str(message), n) for n in blamed):
                    wrong.append(f"{argument} = {label}: not named in {type(error).__name__}: {message}")
                elif isinstance(error, KeyError) and argument not in ("word", "a", "b", "c"):
                    wrong.append(f"{argument} = {label}: a KeyError")
            except Exception as error:
                wrong.append(f"{argument} = {label}: {type(error).__name__}: {error}")
            else:
                wrong.append(f"{argument} = {label}: gave {result!r:.100}")
            if snapshot(arguments) != before:
                wrong.append(f"{argument} = {label}: an argument was changed")
    assert wrong == []


@pytest.mark.parametrize("name", ROWS)
def test_the_same_numbers_in_another_form_give_the_same(name):
    row, wrong = ROWS[name], []
    good = row.good()
    before = snapshot(good)
    expected = row.call(**good)
    assert snapshot(good) == before
    for argument, kind in row.kinds.items():
        for label, value in kind.same().items():
            arguments = row.good() | {argument: value}
            before = snapshot(arguments)
            try:
                assert_equal(row.call(**arguments), expected)
            except Exception as error:
                wrong.append(f"{argument} = {label}: {type(error).__name__}: {error!s:.300}")
            if snapshot(arguments) != before:
                wrong.append(f"{argument} = {label}: an argument was changed")
    assert wrong == []
