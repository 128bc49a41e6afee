"""The search finds: names of code, formulas by their name, terms, authors. What must come first, does."""

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
NAMES = [line.split("\t") for line in (ROOT / "book/names.tsv").read_text(encoding="utf-8").splitlines()]
GLOSSARY = re.findall(r"^### (.+)$", (ROOT / "book/glossary.md").read_text(encoding="utf-8"), flags=re.M)
CHAPTERS = ("gradient_descent", "backprop", "lstm_gru", "word2vec", "lda", "roc_auc", "rdd")
FIRST = {  # what is typed: the page, and where on it, that comes first
    "auc_histogram": "book/api/roc_auc #kamen_core.roc_auc.auc_histogram",
    "roc_curve": "book/api/roc_auc #kamen_core.roc_auc.roc_curve",
    "aggregateByKey": "book/api/rdd #kamen_core.rdd.RDD.aggregateByKey",
    "combineByKey": "book/api/rdd #kamen_core.rdd.RDD.combineByKey",
    "treeAggregate": "book/api/rdd #kamen_core.rdd.RDD.treeAggregate",
    "groupByKey": "book/api/rdd #kamen_core.rdd.RDD.groupByKey",
    "LocalContext": "book/api/rdd #kamen_core.rdd.LocalContext",
    "topic_conditional": "book/api/lda #kamen_core.lda.topic_conditional",
    "lstm_backward": "book/api/lstm_gru #kamen_core.lstm_gru.lstm_backward",
    "numerical_gradient": "book/api/backprop #kamen_core.backprop.numerical_gradient",
    "most_similar": "book/api/word2vec #kamen_core.word2vec.most_similar",
    "is_reversible": "book/api/mcmc #kamen_core.mcmc.is_reversible",
    "adamw": "book/api/gradient_descent #kamen_core.gradient_descent.adamw",
    "Flipbook": "book/api/flipbook",
    "cross entropy": "notebooks/backprop #the-last-layer-softmax-meets-cross-entropy",
    "log-sum-exp": "notebooks/backprop #the-last-layer-softmax-meets-cross-entropy",
    "softmax derivative": "notebooks/backprop #the-last-layer-softmax-meets-cross-entropy",
    "normal equation": "notebooks/gradient_descent #the-price-of-the-direct-way",
    "learning rate": "notebooks/gradient_descent",
    "Adam": "notebooks/gradient_descent #adam-both-memories-and-two-hats",
    "nesterov": "notebooks/gradient_descent #nag-looks-before-it-leaps",
    "ridge regression": "notebooks/gradient_descent",
    "rosenbrock": "notebooks/gradient_descent",
    "vanishing gradient": "notebooks/backprop",
    "backpropagation through time": "notebooks/lstm_gru",
    "peephole": "notebooks/lstm_gru",
    "hierarchical softmax": "notebooks/word2vec",
    "cosine similarity": "notebooks/word2vec",
    "gensim": "notebooks/word2vec",
    "metropolis hastings": "notebooks/lda",
    "label switching": "notebooks/lda",
    "burn-in": "notebooks/lda",
    "gamma function": "notebooks/lda",
    "specificity": "notebooks/roc_auc #five-rates",
    "Youden": "notebooks/roc_auc #five-rates",
    "Mann-Whitney": "notebooks/roc_auc #what-auc-counts",
    "class imbalance": "notebooks/roc_auc",
    "word count": "notebooks/rdd",
    "mapreduce": "notebooks/rdd",
    "outer join": "notebooks/rdd",
    "forget gate": "book/glossary #forget-gate",
    "detailed balance": "book/glossary #detailed-balance",
    "zeroValue": "book/glossary #zerovalue",
    "skip-gram": "book/glossary #skip-gram",
    "Rumelhart": "book/bibliography #rumelhart1986",
    "blei 2003": "book/bibliography #blei2003",
    "KAMEN_SPARK_MASTER": "book/spark-cluster",
    "benchmark": "book/how-fast",
    "bibtex": "book/how-to-read",
}
ASK = """question => {
    const results = Search._performSearch(...Search._parseQuery(question));
    return results.reverse().slice(0, 3).map(([page, , anchor]) => `${page} ${anchor}`.trim());
}"""


def test_a_name_leads_to_one_place():
    for page, _, listed in NAMES:
        assert any((ROOT / page).with_suffix(suffix).exists() for suffix in (".ipynb", ".md"))
        assert listed == listed.lower().strip()
    names = Counter(name for _, _, listed in NAMES for name in listed.split("; "))
    assert max(names.values()) == 1
    assert {page for page, *_ in NAMES} >= {f"notebooks/{name}" for name in CHAPTERS}


@pytest.fixture(scope="module")
def ask(site, chromium):
    context = chromium.new_context()
    page = context.new_page()
    page.goto(site + "search.html?q=auc")
    page.wait_for_selector("#search-results li a")
    yield lambda question: page.evaluate(ASK, question)
    context.close()


@pytest.mark.browser
def test_what_must_come_first_does(ask):
    found = {question: ask(question) for question in FIRST}
    wrong = {q: results for q, results in found.items() if not results or not results[0].startswith(FIRST[q])}
    assert len(FIRST) >= 40 and wrong == {}


@pytest.mark.browser
def test_every_term_is_found(ask):
    """Its entry, or the chapter that is about it, comes first."""
    terms = [re.sub(r" \(.*| [A-Za-z]$| eta$", "", heading) for heading in GLOSSARY]
    first = {term: (ask(term) or [""])[0] for term in terms}
    lost = {t: page for t, page in first.items() if not re.match(r"notebooks/|book/(glossary #|api/)", page)}
    assert len(lost) <= 0.05 * len(terms), lost


@pytest.mark.browser
def test_every_name_is_found(ask):
    lost = {
        name: ask(name)
        for page, _, listed in NAMES
        for name in listed.split("; ")
        if page not in " ".join(ask(name)[:1])
    }
    assert len(lost) <= 0.05 * sum(len(listed.split("; ")) for *_, listed in NAMES), lost
