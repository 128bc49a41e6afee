"""Would the tests notice? Break the algorithms on purpose, one small change at a time, and see who complains.

``python tests/mutants.py [module …]`` changes an operator, a constant, a comparison, an axis, or takes a
statement out, runs the module's own tests on it, and counts the mutants that no test kills. Survivors that
cannot be killed (they compute the same, or only slower) are listed with the reason in ``tests/mutants.md``;
any other one is a test to write.

Why not a mutation-testing package: mutmut leaves decorated functions alone, and here nearly all are;
cosmic-ray starts Python anew for each mutant. Here everything heavy is imported once and every mutant is a
fork of that process. Plain Python runs (``KAMEN_NUMBA=0``): compiling takes longer than the tests, and that
both are equal is tested elsewhere.
"""

import argparse
import ast
import copy
import importlib.abc
import importlib.util
import os
import re
import resource
import signal
import sys
import time
import traceback
import zlib
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CORE = ROOT / "kamen_core"

# What is mutated: the module and its parts. Its tests: tests/test_<module>*.py, its rows in
# tests/test_bad_input.py, and the examples in docstrings.
MODULES = {
    "roc_auc": ["roc_auc.py"],
    "gradient_descent": ["gradient_descent.py", "adaptive.py", "_descent.py"],
    "least_squares": ["least_squares.py"],
    "backprop": ["backprop.py", "_losses.py", "_check_network.py"],
    "lstm_gru": ["_lstm.py", "_gru.py", "_rnn.py"],
    "mcmc": ["mcmc.py"],
    "lda": ["lda.py", "_lda_corpus.py", "_lda_estimates.py"],
    "word2vec": [
        "word2vec.py",
        "_word2vec_corpus.py",
        "_word2vec_loops.py",
        "_word2vec_step.py",
        "_word2vec_neighbours.py",
        "_word2vec_cost.py",
        "_word2vec_topics.py",
    ],
    "rdd": ["rdd.py", *(f"_rdd/{p.name}" for p in sorted((CORE / "_rdd").glob("[a-z]*.py")))],
}
# Of a run of tests within Python: its first failure, and no more
QUIET = ["-q", "-x", "--no-header", "--tb=no", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:nbval"]
ENOUGH = 0.9
SLOW = 3.0  # seconds; a test that takes longer in plain Python is left out
SLOWER = 8  # times as long as without a mutant, and it counts as hanging
MEMORY = 6 << 30

SWAPS = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitAnd,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
TURNS = {ast.Lt: ast.GtE, ast.LtE: ast.Gt, ast.Gt: ast.LtE, ast.GtE: ast.Lt}


def other_constants(value):
    """What a constant may become."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, (int, float)):
        return [value + 1, value - 1] if isinstance(value, int) and value else [value + 1]
    if isinstance(value, str) and value:
        return [f"{value}?"]
    return []


def places(tree):
    """Every (node, change) of a module: ``change(copy of the node)`` gives what stands there instead."""
    hidden = set()
    for node in ast.walk(tree):  # what only people read, and what only the importer reads
        if isinstance(node, (ast.Raise, ast.Import, ast.ImportFrom, ast.JoinedStr)):
            hidden |= set(ast.walk(node)) - ({node} if isinstance(node, ast.Raise) else set())
        elif (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)) or (
            isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in ("__all__", "__version__")
        ):
            hidden |= set(ast.walk(node))
        elif isinstance(node, ast.AnnAssign):
            hidden |= {node} | set(ast.walk(node.annotation))
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name in ("__repr__", "__str__"):
            hidden |= set(ast.walk(node))
    functions = [n for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.Lambda))]
    inside = {
        n
        for f in functions
        for part in ([f.body] if isinstance(f, ast.Lambda) else f.body)
        for n in ast.walk(part)
    }
    for node in ast.walk(tree):
        if node not in hidden:
            yield from ((node, what, change) for what, change in changes(node, node in inside))


def changes(node, inside):
    """What may stand in place of a node, in words and as a function of its copy."""
    if isinstance(node, (ast.BinOp, ast.BoolOp, ast.AugAssign)) and type(node.op) in SWAPS:
        yield _name(SWAPS[type(node.op)]), _with(op=SWAPS[type(node.op)]())
    elif isinstance(node, ast.Compare):
        for table in (SWAPS, TURNS):
            if type(node.ops[0]) in table:
                yield _name(table[type(node.ops[0])]), _with(ops=[table[type(node.ops[0])](), *node.ops[1:]])
    elif isinstance(node, ast.UnaryOp) and not isinstance(node.operand, ast.Constant):
        yield f"no {_name(type(node.op))}", lambda copied: copied.operand
    elif isinstance(node, ast.Constant):
        for value in other_constants(node.value):
            yield repr(value), _with(value=value)
    elif isinstance(node, ast.Call):
        for i, keyword in enumerate(node.keywords):
            if keyword.arg:
                yield f"no {keyword.arg}=", _with(keywords=[k for j, k in enumerate(node.keywords) if j != i])
    elif isinstance(node, ast.IfExp):
        yield "the other branch", _with(body=node.orelse, orelse=node.body)
    elif isinstance(node, (ast.If, ast.While)) and inside:
        yield "not", _with(test=ast.UnaryOp(ast.Not(), node.test))
    elif isinstance(node, ast.Break):
        yield "continue", lambda copied: ast.Continue()
    elif isinstance(node, ast.Continue):
        yield "break", lambda copied: ast.Break()
    yields = isinstance(getattr(node, "value", None), (ast.Yield, ast.YieldFrom))
    if inside and not yields and isinstance(node, (ast.Expr, ast.Assign, ast.AugAssign, ast.Raise)):
        yield "gone", lambda copied: ast.Pass()


def _name(operator):
    return operator.__name__


def _with(**fields):
    def change(copied):
        for name, value in fields.items():
            setattr(copied, name, value)
        return copied

    return change


class Mutant:
    """One change of one file."""

    def __init__(self, file, tree, number, node, what):
        self.file, self.number, self.what, self.line = file, number, what, node.lineno
        self.tree, self.text = tree, ast.unparse(node).splitlines()[0]
        self.name = ""

    def code(self):
        """The file with the change in it."""
        tree = copy.deepcopy(self.tree)
        node, _, change = next(p for i, p in enumerate(places(tree)) if i == self.number)
        instead = ast.copy_location(change(node), node)

        class Put(ast.NodeTransformer):
            def visit(self, visited):
                return instead if visited is node else self.generic_visit(visited)

        tree = ast.fix_missing_locations(tree if instead is node else Put().visit(tree))
        return compile(tree, str(CORE / self.file), "exec", dont_inherit=True)

    def __str__(self):
        return self.name


def mutants(file):
    """All of a file, each named by its line, so that a name lasts as long as the line does."""
    text = (CORE / file).read_text(encoding="utf-8")
    tree, lines, names = ast.parse(text), text.splitlines(), Counter()
    found = [Mutant(file, tree, i, node, what) for i, (node, what, _) in enumerate(places(tree))]
    for m in found:
        name = f"{file}: {lines[m.line - 1].partition('  #')[0].strip()} [{m.text} → {m.what}]"
        names[name] += 1
        m.name = name if names[name] == 1 else f"{name} #{names[name]}"
    return found


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports the mutant where the module is asked for."""

    def __init__(self, mutant):
        self.name = "kamen_core." + mutant.file.removesuffix(".py").replace("/", ".")
        self.path, self.code = str(CORE / mutant.file), mutant.code()

    def find_spec(self, name, path=None, target=None):
        if name == self.name:
            return importlib.util.spec_from_file_location(name, self.path, loader=self)
        return None

    def exec_module(self, module):
        exec(self.code, module.__dict__)


class Order:
    """Quick tests first, slow ones not at all, on the mutant."""

    def __init__(self, module, durations, mutant):
        self.module, self.durations, self.seen, self.mutant = module, durations, {}, mutant

    def pytest_sessionstart(self):  # not before: pytest imports what it is given in its own way
        if self.mutant:
            sys.meta_path.insert(0, Finder(self.mutant))

    def pytest_collection_modifyitems(self, items):
        items[:] = [i for i in items if "test_bad_input" not in i.nodeid or f"[{self.module}." in i.nodeid]
        if self.durations:
            items[:] = sorted(
                (i for i in items if self.durations.get(i.nodeid, 0) < SLOW),
                key=lambda i: self.durations.get(i.nodeid, 0),
            )

    def pytest_runtest_logreport(self, report):
        self.seen[report.nodeid] = self.seen.get(report.nodeid, 0) + report.duration


def arguments(module):
    own = sorted(str(path) for path in Path("tests").glob(f"test_{module}*.py"))
    tests = [*own, "tests/test_bad_input.py", *(f"kamen_core/{file}" for file in MODULES[module])]
    return [
        *QUIET,
        "-W",
        "ignore::pytest.PytestAssertRewriteWarning",
        "-m",
        "not spark and not torch and not browser",
        *tests,
    ]


def run(module, mutant, durations, log=os.devnull):
    """Exit status of the tests in a child process, None if they hang; without a mutant, durations too."""
    import pytest

    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.setsid()
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(out, 1), os.dup2(out, 2)
        status = 70
        try:
            order = Order(module, durations, mutant)
            status = int(pytest.main(arguments(module), plugins=[order]))
            if not mutant:
                os.write(writing, repr(order.seen).encode())
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush(), sys.stderr.flush()
            os._exit(status)
    os.close(writing)
    limit = 10 + SLOWER * sum(d for d in durations.values() if d < SLOW) if durations else 900
    end, status = time.monotonic() + limit, None
    received = b""
    if not mutant:
        while part := os.read(reading, 1 << 16):
            received += part
    os.close(reading)
    while time.monotonic() < end:
        pid, code = os.waitpid(child, os.WNOHANG)
        if pid:
            status = os.waitstatus_to_exitcode(code)
            break
        time.sleep(0.02)
    else:
        os.killpg(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return status, ast.literal_eval(received.decode()) if received else {}


def known():
    """The survivors listed in tests/mutants.md, as printed here."""
    listed = (ROOT / "tests" / "mutants.md").read_text(encoding="utf-8")
    return set(re.findall(r"^- `(.+?)`(?: |$)", listed, flags=re.M))


def judge(module, sample, only=None):
    """Run all mutants of a module, or so many of them; returns (killed, total, survivors)."""
    found = [m for file in MODULES[module] for m in mutants(file)]
    if only:
        found = [m for m in found if only in str(m)]
    if sample and len(found) > sample:  # always the same ones, spread over all
        found = sorted(
            sorted(found, key=lambda m: zlib.crc32(f"{m} {m.number}".encode()))[:sample], key=found.index
        )
    status, durations = run(module, None, {}, log=f"/tmp/mutants-{module}.log")
    if status:
        sys.exit(f"{module}: its tests fail without a mutant; see /tmp/mutants-{module}.log")
    survivors, began = [], time.monotonic()
    for n, mutant in enumerate(found, 1):
        status, _ = run(module, mutant, durations)
        if status == 0:
            survivors.append(mutant)
            print(f"  survived  {mutant.file}:{mutant.line}  {mutant}", flush=True)
        elif status is None:
            print(f"  hung      {mutant.file}:{mutant.line}  {mutant}", flush=True)
        if n % 100 == 0:
            print(f"  {n} of {len(found)}, {time.monotonic() - began:.0f} s", flush=True)
    return len(found) - len(survivors), len(found), survivors


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("modules", nargs="*", choices=[*MODULES, []], help="all, if none is named")
    parser.add_argument(
        "--sample", type=int, default=0, help="so many mutants a module, always the same; 0: all"
    )
    parser.add_argument("--only", help="mutants whose description holds this text")
    options = parser.parse_args()
    os.environ |= {"KAMEN_NUMBA": "0", "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT), "CI": ""}
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    for heavy in (
        "numpy",
        "pytest",
        "hypothesis",
        "scipy.special",
        "scipy.stats",
        "sklearn.metrics",
        "sklearn.linear_model",
    ):
        importlib.import_module(heavy)
    accepted, table, unknown = known(), [], []
    for module in options.modules or MODULES:
        print(f"== {module}", flush=True)
        killed, total, survivors = judge(module, options.sample, options.only)
        table.append((module, killed, total))
        unknown += [m for m in survivors if str(m) not in accepted]
        print(f"== {module}: {killed} of {total} killed, {killed / total:.1%}", flush=True)
    print("\n| module | killed | of | share |\n|---|---|---|---|")
    for module, killed, total in table:
        print(f"| {module} | {killed} | {total} | {killed / total:.1%} |")
    if unknown:
        print("\nSurvivors that tests/mutants.md does not explain:", *(f"- `{m}`" for m in unknown), sep="\n")
    sys.exit(any(killed < ENOUGH * total for _, killed, total in table))


if __name__ == "__main__":
    main()
