"""What the pages "How fast is it" and "How do we know" say, held to the files that it comes from."""

import ast
import json
import re
import runpy
from collections import Counter
from datetime import date
from pathlib import Path

import mutants
import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[1]
RESULTS = json.loads((ROOT / "benchmarks/results.json").read_text(encoding="utf-8"))
FAST = (ROOT / "book/how-fast.md").read_text(encoding="utf-8")
KNOW = (ROOT / "book/how-we-know.md").read_text(encoding="utf-8")
# Where a tolerance lies if not in the test of its name, and what imports the library.
LIBRARIES = {"PyTorch": "torch", "scikit-learn": "sklearn", "SciPy": "scipy", "gensim": "gensim"}
LIBRARIES |= {"PySpark": "pyspark", "in fractions": "Fraction", "central differences": "numerical_gradient"}


def test_every_benchmark_that_publishes_is_shown():
    published = {
        p.stem for p in (ROOT / "benchmarks").glob("[a-z]*.py") if "publish(" in p.read_text("utf-8")
    }
    assert published == set(RESULTS) == set(re.findall(r"\{ratios\} (\w+)", FAST))


@pytest.mark.parametrize("name", RESULTS)
def test_a_result_says_what_where_and_when(name):
    result = RESULTS[name]
    assert date.fromisoformat(result["date"])
    assert result["machine"].keys() == {"system", "processor", "cores", "python", "numpy", "numba"}
    assert result["rows"]
    for row in result["rows"]:
        assert row["ratio"] > 0 and row["work"] and row["size"] and row["peer"]
        package = row["peer"].split(",")[0] in (
            "PyTorch",
            "PySpark",
            "scikit-learn",
            "gensim",
            "tomotopy",
            "lda",
        )
        assert bool(row["version"]) == (package or row["peer"] == "numpy-ml")
    works = Counter((row["work"], row["size"], row["peer"]) for row in result["rows"])
    assert max(works.values()) == 1


def test_results_are_kept_where_asked(tmp_path, monkeypatch):
    for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
        monkeypatch.setenv(threads, "1")  # as importing it does, and taken back after the test
    publish = runpy.run_path(str(ROOT / "benchmarks/_timing.py"))["publish"]
    monkeypatch.delenv("KAMEN_BENCH_SAVE", raising=False)
    publish("a", [("work", "size", "numpy", 2.0)])  # nowhere: nothing happens
    file = tmp_path / "results.json"
    monkeypatch.setenv("KAMEN_BENCH_SAVE", str(file))
    publish("b", [("sum", "10 numbers", "numpy, slowly", 2.34567)])
    publish("a", [("sum", "10 numbers", "a friend's loop", 1e-5)])
    publish("b", [("sum", "10 numbers", "numpy, slowly", 12.3456)])
    kept = json.loads(file.read_text(encoding="utf-8"))
    assert list(kept) == ["a", "b"]
    (row,) = kept["b"]["rows"]
    assert list(row.values()) == ["sum", "10 numbers", "numpy, slowly", np.__version__, 12.3]
    assert kept["a"]["rows"][0]["version"] is None and kept["a"]["rows"][0]["ratio"] == 1e-5


def oracles():
    for line in KNOW.splitlines():
        if match := re.match(r"\| \[(\w+)\]\(api/\w+\.md\) \| (.+?) \| (.+?) \|$", line):
            yield match.groups()


@pytest.mark.parametrize(("module", "against", "within"), list(oracles()))
def test_an_oracle_is_as_strict_as_the_page_says(module, against, within):
    text = (ROOT / f"tests/test_{module}.py").read_text(encoding="utf-8")
    for script in (ROOT / "tests/data").glob(f"make_{module}_*.py"):
        text += script.read_text(encoding="utf-8")
    library = next((name for said, name in LIBRARIES.items() if said in against), "assert")
    assert library in text
    if number := re.search(r"\$(?:(\d) \\cdot )?10\^\{-(\d+)\}\$|(0\.\d+)", within):
        factor, power, plain = number.groups()
        assert (plain or f"{factor or 1}e-{power}") in text.replace("e-0", "e-")
        assert ("rtol=" in text) if "relative" in within else True
    else:
        assert within.startswith("equal") and " == " in text


def test_the_page_counts_the_ledger_rightly():
    lines = (ROOT / "tests/data/claims.txt").read_text(encoding="utf-8").splitlines()
    count = Counter(line.split("\t")[1] for line in lines)
    said = " ".join(KNOW.split())
    assert f"Each of their {len(lines)} statements" in said
    assert f"{count['right']} are right, {count['imprecise']} imprecise, {count['wrong']} wrong" in said
    assert f"{count['typo']} misprints; the other {count['n/a']} " in said


def test_the_page_does_not_boast_about_tests():
    (least,) = re.findall(r"more than (\d+) test functions", KNOW)
    files = [*(ROOT / "tests").glob("test_*.py")]
    defined = sum(
        isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
        for file in files
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    )
    assert int(least) < defined < 2 * int(least)


def test_the_page_says_what_the_mutants_say():
    """The least share of the table, which has every module; survivors are listed, but those killed since."""
    text = (ROOT / "tests/mutants.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| (\w+) \| (\d+) \| (\d+) \| ([\d.]+)% \|$", text, flags=re.M)
    assert [row[0] for row in table] == list(mutants.MODULES)
    survivors = {}
    for name, killed, total, share in table:
        survivors[name] = text.partition(f"\n## {name}\n")[2].partition("\n## ")[0].count("\n- `")
        assert survivors[name] <= int(total) - int(killed), name
        assert share == f"{100 * int(killed) / int(total):.1f}"
    (since,) = re.findall(r"Tests written since for (\d+) of them", text)
    assert sum(int(total) - int(killed) for _, killed, total, _ in table) == sum(survivors.values()) + int(
        since
    )
    (said,) = re.findall(r"In every module at least (\d+) % were seen", KNOW)
    assert int(said) == int(min(float(row[3]) for row in table))


@pytest.mark.browser
def test_what_the_slips_do_is_on_the_page():
    """The first step of Adam is right without the power; both Nesterovs come down."""
    page = (ROOT / "_build/html/book/how-we-know.html").read_text(encoding="utf-8")
    arrays = re.findall(r"array\(\[\[.*?\]\]\)", re.sub(r"<[^>]+>", "", page), flags=re.S)
    adam, nag = (eval(a, {"array": list}) for a in arrays)
    assert adam[0][:2] == adam[1][:2] and abs(adam[0][2] - adam[1][2]) > 0.01
    assert nag[0][0] == nag[1][0] and abs(nag[0][1] - nag[1][1]) > 0.05
    assert abs(nag[0][-1]) < 0.5 and abs(nag[1][-1]) < 0.5


@pytest.mark.browser
def test_the_ratios_are_on_the_page():
    page = re.sub(r"<[^>]+>", " ", (ROOT / "_build/html/book/how-fast.html").read_text(encoding="utf-8"))
    for result in RESULTS.values():
        assert result["date"] in page
        for row in result["rows"]:
            assert f" {row['ratio']:g} " in page
