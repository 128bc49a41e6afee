"""Every term of the column has its entry, and each chapter links to it where the term first comes up."""

import re
import sys
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
from _chapters import CHAPTERS

from conftest import SITE

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "book" / "_ext"))
from kamen_glossary import ELSEWHERE, forms, pattern, terms  # noqa: E402

TERMS = dict(
    line.split("\t") for line in (ROOT / "tests/data/glossary.txt").read_text(encoding="utf-8").splitlines()
)
HEADINGS = re.findall(r"^### (.+)$", (ROOT / "book/glossary.md").read_text(encoding="utf-8"), flags=re.M)
NOWHERE = {"Cartesian product", "topic model"}  # in code, in headings and on other pages only
SKIPPED = {
    "a",
    "code",
    "pre",
    "h1",
    "h2",
    "h3",
    "h4",
    "figcaption",
    "caption",
    "script",
    "style",
    "nav",
    "svg",
}
SKIPPED |= {"math", "annotation", "summary", "form", "kbd", "header", "footer", "aside", "select", "output"}
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}


class Prose(HTMLParser):
    """The running text of a page, and the anchors of the glossary that it links to."""

    def __init__(self, text):
        super().__init__()
        self.open, self.anchors, self.text = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        page, _, anchor = (attrs.get("href") or "").partition("#")
        if tag == "a" and page.endswith("glossary.html") and anchor:
            self.anchors.append(anchor)
        hidden = {"katex", "cell_output", "admonition-title"} & set((attrs.get("class") or "").split())
        if tag not in VOID:
            self.open.append((tag, tag in SKIPPED or bool(hidden)))

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if not any(hidden for _, hidden in self.open):
            self.text.append(data)
        elif self.text and self.text[-1] != "\n":
            self.text.append("\n")


def main_of(path):
    text = (SITE / path).read_text(encoding="utf-8")
    return text[text.index("<article>") : text.index("</article>")]


@pytest.fixture(scope="module")
def anchors():
    """The anchor of each term on the built page."""
    ids = re.findall(
        r'<section id="([^"]+)">\s*(?:<span id="[^"]+"></span>)?<h3>(.*?)<a', main_of("book/glossary.html")
    )
    return {re.sub(r"<.*?>", "", heading): anchor for anchor, heading in ids}


def test_every_term_has_its_entry():
    text = (ROOT / "book/glossary.md").read_text(encoding="utf-8")
    entries = dict(re.findall(r"^### (.+)\n\n([^.\n]+)\. \S", text, flags=re.M))
    assert len(TERMS) == 93
    assert entries == TERMS


def test_each_term_has_forms_of_its_own():
    assert len(terms()) == len(TERMS)
    written = Counter(form.lower() for term in TERMS for form in forms(term))
    assert max(written.values()) == 1


@pytest.mark.parametrize(
    "form, text, found",
    [
        ("mini-batch", "Mini-batches come", "Mini-batches"),
        ("gradient descent", "of gradient\ndescent.", "gradient\ndescent"),
        ("least squares", "by least squares", "least squares"),
        ("RNN", "two RNNs", "RNNs"),
        ("RNN", "an rnn_cell", None),
        ("token", "a tokenizer", None),
        ("LDA", "this Lda", None),
        ("AUC", "用AUC评估", "AUC"),
        ("Jacobian", "a jacobian", "jacobian"),
        ("seqOp", "its seqOp", "seqOp"),
        ("seqOp", "its seqop", None),
        ("似然", "最大似然估计", "似然"),
        ("bias", "the biases", "biases"),
    ],
)
def test_a_term_is_found_as_it_is_written(form, text, found):
    match = re.search(pattern(form), text)
    assert (match and match[0]) == found


@pytest.mark.browser
@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_links_each_term_once(name, anchors):
    page = Prose(main_of(f"notebooks/{name}.html"))
    assert len(anchors) == len(TERMS)
    linked = Counter(page.anchors)
    assert set(linked) <= set(anchors.values()) and set(linked.values()) <= {1}
    text = "".join(page.text)
    slugs = dict(zip(terms(), HEADINGS, strict=True))
    other = {slugs[slug] for slug in ELSEWHERE.get(f"notebooks/{name}", ())}
    used = {
        term
        for term in TERMS
        if any(re.search(rf"(?<![\w-]){re.escape(form)}s?(?![\w-])", text) for form in forms(term))
    }
    assert {term for term in used - other if anchors[term] not in linked} == set()


@pytest.mark.browser
def test_every_term_is_linked_somewhere(anchors):
    linked = {a for name in CHAPTERS for a in Prose(main_of(f"notebooks/{name}.html")).anchors}
    assert {term for term, anchor in anchors.items() if anchor not in linked} == NOWHERE


@pytest.mark.browser
def test_a_link_says_what_the_term_means():
    found = re.findall(r'<a class="in-glossary[^>]*title="([^"]+)"', main_of("notebooks/rdd.html"))
    assert "分区. A slice of an RDD processed by one task." in found
