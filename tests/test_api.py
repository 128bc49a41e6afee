"""The reference: a page for each public module, an entry with words for each public name."""

import importlib
import inspect
import re
from pathlib import Path

import pytest

from conftest import SITE

ROOT = Path(__file__).resolve().parents[1]
CORE = ROOT / "kamen_core"
PAGES = {p.stem for p in (ROOT / "book/api").glob("*.md")} - {"index"}
WITHIN = {"adaptive", "least_squares", "surfaces"}  # gradient_descent hands them on
SHOWN = {"figures", "data", "corrections"}  # by the chapters and the page of corrections themselves
NAMED = {  # what is promised by name, beside what a module lists itself
    "gradient_descent": "gd momentum nag adagrad rmsprop adam adamw amsgrad newton least_squares_loss "
    "least_squares_grad normal_equation minibatch_grad bowl ravine rosenbrock beale saddle",
    "backprop": "Layer init softmax cross_entropy forward backward numerical_gradient train sigmoid "
    "tanh relu",
    "lstm_gru": "LSTMParams GRUParams lstm lstm_backward gru gru_backward init_lstm init_gru",
    "word2vec": "train epochs skipgram_pairs cbow_contexts most_similar analogy Word2Vec",
    "mcmc": "stationary walk metropolis gibbs_normal is_reversible",
    "lda": "gibbs topic_conditional theta phi log_likelihood exact_posterior generate GibbsState",
    "roc_auc": "confusion roc_curve auc auc_pairs auc_histogram precision_recall_curve Confusion RocCurve",
    "rdd": "LocalContext RDD Event",
    "spark": "connect auc auc_histogram logistic_gd",
    "trace": "run stack",
    "flipbook": "Flipbook",
    "quiz": "Quiz Choice",
}


def test_each_public_module_has_its_page():
    modules = {p.stem for p in CORE.glob("[a-z]*.py")}
    modules |= {p.parent.name for p in CORE.glob("[a-z]*/__init__.py")}
    assert modules - WITHIN - SHOWN == PAGES
    shown = re.findall(r"- file: book/api/(\w+)", (ROOT / "_toc.yml").read_text(encoding="utf-8"))
    assert sorted(shown) == sorted(PAGES | {"index"})
    for name in PAGES:
        assert f"({name}.md)" in (ROOT / "book/api/index.md").read_text(encoding="utf-8")


def own(module):
    """The public functions and classes of a module."""
    names = getattr(module, "__all__", None)
    for name in names or [n for n in vars(module) if not n.startswith("_")]:
        thing = getattr(module, name)
        if callable(thing) and (names or getattr(thing, "__module__", "") == module.__name__):
            yield name, thing


@pytest.mark.parametrize("name", sorted(PAGES))
def test_every_public_name_is_documented(name):
    module = importlib.import_module(f"kamen_core.{name}")
    for public, thing in own(module):
        words = inspect.getdoc(getattr(thing, "py_func", thing)) or ""
        assert len(words.split()) >= 4, public
        assert not re.match(r"\w+\(.*\)$", words.splitlines()[0]), f"{public} has only its signature"


@pytest.mark.browser
@pytest.mark.parametrize("name", sorted(PAGES))
def test_every_public_name_has_its_anchor(name):
    page = (SITE / f"book/api/{name}.html").read_text(encoding="utf-8")
    module = importlib.import_module(f"kamen_core.{name}")
    anchors = set(re.findall(rf'id="kamen_core\.{name}\.(\w+)"', page))
    functions = {n for n, thing in own(module) if not isinstance(thing, tuple)}
    assert functions | set(NAMED.get(name, "").split()) <= anchors
    assert "Alias for field number" not in page and "katex-error" not in page


@pytest.mark.browser
def test_the_rdd_page_has_what_pyspark_has():
    page = (SITE / "book/api/rdd.html").read_text(encoding="utf-8")
    methods = ["map", "aggregate", "aggregateByKey", "combineByKey", "cartesian", "coalesce", "cogroup"]
    for method in methods:
        assert f'id="kamen_core.rdd.RDD.{method}"' in page


@pytest.mark.browser
def test_a_listing_leads_to_the_reference():
    page = (SITE / "notebooks/roc_auc.html").read_text(encoding="utf-8")
    assert 'href="../book/api/roc_auc.html#kamen_core.roc_auc.auc_histogram"' in page
