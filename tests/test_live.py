"""A cell in the page, without a browser: what it needs, its output, its controls; how files are fetched."""

import hashlib
import importlib.util
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import matplotlib.pyplot as pyplot
import pytest
from _chapters import CHAPTERS, cells

from kamen_core import _browser, _live, _live_controls, sizes

ROOT = Path(__file__).resolve().parents[1]


def module(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


fetch = module(ROOT / "book" / "_lite" / "fetch.py")


@pytest.fixture(autouse=True)
def no_figure_of_another_test():
    """As in the browser, where a cell's figures are the only ones."""
    pyplot.close("all")


def live(code, *before):
    return json.loads(_live.run(list(before), code))


@pytest.mark.parametrize("name", CHAPTERS)
def test_the_live_cell_of_every_chapter_runs_alone(name):
    code = [c for c in cells(name) if c["cell_type"] == "code"]
    (here,) = (n for n, c in enumerate(code) if "remove-output" in c["tags"])
    before = [c["source"] for c in code[:here]]
    needed = _live.needed(before, code[here]["source"])
    assert len(needed.splitlines()) < 10 and _live.packages(needed) == []
    assert "figure" not in needed and "print" not in needed
    (shown,) = json.loads(_live.run(before, code[here]["source"]))
    assert shown["kind"] == "interact" and shown["controls"]
    assert [e["kind"] for e in shown["events"]] == ["text"]


@pytest.mark.parametrize(
    ("before", "code", "needed"),
    [
        (["a = 1", "b = 2"], "print(a)", "a = 1"),
        (["a = 1\na = 2"], "a", "a = 2"),
        (["a = 1", "a += 1"], "a", "a = 1\na += 1"),
        (["a = 1", "a = 2 * a"], "a", "a = 1\na = 2 * a"),
        (["a = 1", "b = 2"], "a = b\nprint(a)", "b = 2"),
        (["a = [1, 2]", "a[0] = 5"], "a", "a = [1, 2]\na[0] = 5"),
        (["b = 3", "def f(x):\n    return x + b"], "f(1)", "b = 3\ndef f(x):\n    return x + b"),
        (["x = 1", "f = lambda x: x"], "f(2)", "f = lambda x: x"),
        (["i = 1"], "[i for i in range(3)]", ""),
        (["a = 1"], "a = 2\nprint(a)", ""),
        (["a = 1"], "a += 2", "a = 1"),
        (["from math import pi, tau as t"], "t", "from math import tau as t"),
        (["import os.path"], "os", "import os.path"),
        (["for k in range(3):\n    s = k"], "s", "for k in range(3):\n    s = k"),
    ],
)
def test_what_a_cell_needs(before, code, needed):
    assert _live.needed(before, code) == needed


def test_output_value_and_error_are_told_in_order():
    assert live("print(1)\nprint(2)\n3") == [{"kind": "text", "text": "1\n2\n3\n"}]
    assert live("None") == [] == live("")
    assert live("1", "print('not shown')\nn = 2") == [{"kind": "text", "text": "1\n"}]
    text, error = live("print(n)\n1 / 0", "n = 2\nprint('not shown')")
    assert text["text"] == "2\n" and error["last"] == "ZeroDivisionError: division by zero"
    assert "line 2" in error["traceback"]
    (error,) = live("if")
    assert error["last"].startswith("SyntaxError")


def test_sliders_call_again_and_errors_stay_inside():
    code = "from ipywidgets import interact\n@interact(x=(0, 4), y=['a', 'b'])\n"
    code += "def f(x, y):\n    print(1 / x, y)"
    (event,) = live(code)
    x, y = event["controls"]
    assert (x["kind"], x["value"], x["min"], x["max"], x["step"]) == ("int", 2, 0, 4, 1)
    assert (y["kind"], y["value"], y["options"]) == ("choice", "a", [["a", "a"], ["b", "b"]])
    assert event["events"] == [{"kind": "text", "text": "0.5 a\n"}]
    assert json.loads(_live.change(event["call"], {"x": 4, "y": "b"})) == [
        {"kind": "text", "text": "0.25 b\n"}
    ]
    assert json.loads(_live.change(event["call"], {"x": 0, "y": "b"}))[0]["kind"] == "error"
    assert "ipywidgets" not in sys.modules or hasattr(sys.modules["ipywidgets"], "DOMWidget")


def test_a_figure_is_shown_and_closed():
    code = "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.plot([1, 2])\nplt.get_fignums()"
    (text, figure) = live(code)
    assert text["text"] == "[1]\n" and figure["kind"] == "figure" and "<svg" in figure["svg"]
    assert live(code)[0]["text"] == "[1]\n"
    assert _live.packages(code) == ["matplotlib"]
    assert _live.packages("from kamen_core.flipbook import Flipbook") == ["anywidget", "matplotlib"]


@pytest.mark.parametrize(
    ("value", "kind", "start"),
    [
        (True, "truth", True),
        ("a", "text", "a"),
        ((0.0, 1.0), "float", 0.5),
        ((0, 10, 2), "int", 5),
        (3, "int", 3),
    ],
)
def test_short_forms(value, kind, start):
    control = _live_controls.control(value)
    assert (control.kind, control.value) == (kind, start)


def test_what_is_no_control_is_refused():
    with pytest.raises(ValueError, match="interact: expected a slider"):
        _live_controls.control(object())


@pytest.mark.parametrize(("setting", "small"), [("1", True), ("0", False), ("", False)])
def test_one_setting_sizes_down(monkeypatch, setting, small):
    monkeypatch.setenv("KAMEN_SMALL", setting)
    assert sizes.small() is small and sizes.sized(9, 2) == (2 if small else 9)


def test_a_browser_is_small_by_itself(monkeypatch):
    monkeypatch.delenv("KAMEN_SMALL", raising=False)
    monkeypatch.setattr(sys, "platform", "emscripten")
    assert sizes.small() and sizes.sized(9, 2) == 2


def test_absent_libraries_say_so(monkeypatch):
    monkeypatch.setitem(_browser.ABSENT, "nowhere_to_be_found", "Nowhere")
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    _browser.prepare()
    with pytest.raises(ModuleNotFoundError, match=r"^Nowhere is not in the browser's Python"):
        import nowhere_to_be_found  # noqa: F401
    with pytest.raises(ModuleNotFoundError, match="No module named"):
        import nowhere_at_all  # noqa: F401
    import scipy  # here it is there

    assert scipy.__version__


def sha(data):
    return hashlib.sha256(data).hexdigest()


def source(**files):
    """A source that has these files, and counts how often it is asked."""

    def get(names, folder):
        get.asked += 1
        for name in names:
            if name in files:
                (folder / name).write_bytes(files[name])

    get.asked = 0
    return get


def broken(names, folder):
    raise OSError("no such host")


def test_the_next_source_is_asked_and_what_is_there_is_kept(tmp_path):
    files = fetch.wanted(f"# a comment\n\na {sha(b'A')} one two\nb {sha(b'B')} one two\n")
    two = source(a=b"A", b=b"B")
    got = fetch.fetch(tmp_path / "new" / "cache", files, {"one": broken, "two": two}, say=lambda *_: None)
    assert got["a"].read_bytes() == b"A" and two.asked == 1
    got["b"].write_bytes(b"spoiled")
    fetch.fetch(tmp_path / "new" / "cache", files, {"one": broken, "two": two}, say=lambda *_: None)
    assert got["b"].read_bytes() == b"B" and two.asked == 2
    fetch.fetch(tmp_path / "new" / "cache", files, {"one": broken, "two": broken}, say=lambda *_: None)
    assert {p.name for p in (tmp_path / "new" / "cache").iterdir()} == {"a", "b"}


def test_another_build_of_the_same_file_counts_from_its_own_source_only(tmp_path):
    files = fetch.wanted(f"a {sha(b'A')} one\na {sha(b'built again')} two\n")
    got = fetch.fetch(tmp_path, files, {"one": broken, "two": source(a=b"built again")}, say=lambda *_: None)
    assert got["a"].read_bytes() == b"built again"
    with pytest.raises(SystemExit):
        fetch.fetch(
            tmp_path / "x", files, {"one": source(a=b"built again"), "two": broken}, say=lambda *_: None
        )


def test_a_wrong_file_is_refused_and_the_failure_helps(tmp_path):
    files = fetch.wanted(f"a {sha(b'A')} one two\n")
    with pytest.raises(SystemExit) as stopped:
        fetch.fetch(tmp_path, files, {"one": source(a=b"forged"), "two": broken}, say=lambda *_: None)
    said = str(stopped.value)
    assert "put together: a." in said and "its sha256 differs" in said and "no such host" in said
    assert "KAMEN_LITE=0 make book" in said
    assert not (tmp_path / "a").exists()


def test_every_file_of_the_list_has_a_source_that_is_known():
    files = fetch.wanted(fetch.LIST.read_text(encoding="utf-8"))
    assert len(files) > 30
    for tries in files.values():
        assert {source for _, source in tries} <= set(fetch.SOURCES) and all(len(s) == 64 for s, _ in tries)


def test_the_package_installs_by_itself(tmp_path):
    """The wheel holds everything, and with nothing beside it but its dependencies a flipbook can be made."""
    build = [sys.executable, "-c", "from setuptools.build_meta import build_wheel as b; print(b({!r}))"]
    pytest.importorskip("setuptools")
    tree = tmp_path / "tree"
    tree.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        (tree / name).write_bytes((ROOT / name).read_bytes())
    (tree / "kamen_core").symlink_to(ROOT / "kamen_core")
    build[2] = build[2].format(str(tmp_path))
    subprocess.run(build, cwd=tree, check=True, capture_output=True, text=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as z:
        inside = set(z.namelist())
        z.extractall(tmp_path / "site")
    for part in (
        "py.typed",
        "flipbook/flipbook.js",
        "flipbook/flipbook.css",
        "data/digits.npz",
        "data/bible.txt.xz",
    ):
        assert f"kamen_core/{part}" in inside
    code = (
        "import kamen_core, matplotlib.pyplot as plt; from kamen_core.flipbook import Flipbook\n"
        "from kamen_core.datasets import penguins; penguins(); fig, ax = plt.subplots()\n"
        "dot, = ax.plot([0], [0], 'o', animated=True)\n"
        "Flipbook(fig, lambda x: dot.set_xdata([x]) or f'At {x}.', x=range(3), name='mine')\n"
        "print(kamen_core.__file__)"
    )
    run = [sys.executable, "-c", code]
    where = subprocess.run(
        run,
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "site"), "PATH": "", "MPLBACKEND": "agg"},
        check=True,
        capture_output=True,
        text=True,
    )
    assert where.stdout.startswith(str(tmp_path / "site"))
