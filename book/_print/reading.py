"""The built site as a book for paper and e-readers: its pages in order, without what only a screen can do."""

import hashlib
import html
import posixpath
import re
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import quote
from xml.etree import ElementTree as ET

from frames import FIGURE, strip, widgets

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
CASED = {
    "viewbox": "viewBox",
    "preserveaspectratio": "preserveAspectRatio",
}  # HTML's parser writes them small
PICTURES = "pictures/"
UNSEEN = {
    "script",
    "style",
    "button",
    "input",
    "form",
    "select",
    "noscript",
    "iframe",
}  # and what stands in them
OUTDATED = {"align", "valign", "border", "tabindex", "nowrap", "role", "version"}
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f￾￿]")


class Page(NamedTuple):
    """One page of the book.

    Attributes
    ----------
    path : str
        In the site, such as ``notebooks/lda.html``.
    title : str
    part : str
        The caption of the part of the contents in which it stands; empty before the first.
    article : xml.etree.ElementTree.Element
        Its text.
    pictures : dict
        The SVG files that it shows, by name.
    figures : int
        How many flipbooks it has.
    """

    path: str
    title: str
    part: str
    article: ET.Element
    pictures: dict
    figures: int


class Book(NamedTuple):
    """What stands on the title page, and the pages."""

    title: str
    language: str
    address: str
    pages: list


class _Tree(HTMLParser):
    """HTML as browsers take it, into a tree; an element not closed ends with the one around it."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.root = ET.Element("body")
        self.open = [self.root]
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        attrs = {CASED.get(name, name): name if value is None else value for name, value in attrs}
        new = ET.SubElement(self.open[-1], tag, attrs)
        if tag not in VOID:
            self.open.append(new)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if tag in (e.tag for e in self.open[1:]):
            while self.open.pop().tag != tag:
                pass

    def handle_data(self, data):
        data, here = NOT_XML.sub("", data), self.open[-1]
        if len(here):
            here[-1].tail = (here[-1].tail or "") + data
        else:
            here.text = (here.text or "") + data


def tree(text):
    """A piece of HTML as the children of one element."""
    return _Tree(text).root


def text_of(element):
    return " ".join("".join(element.itertext()).split())


def classes(element):
    return set(element.get("class", "").split())


def find(root, tag, name):
    """All elements of a class."""
    return [e for e in root.iter(tag) if name in classes(e)]


def remove(root, unwanted):
    """Take out the elements for which `unwanted` is true; the text after them stays."""
    for parent in list(root.iter()):
        for child in [c for c in parent if unwanted(c)]:
            at = list(parent).index(child)
            before = parent[at - 1] if at else None
            parent.remove(child)
            if before is None:
                parent.text = (parent.text or "") + (child.tail or "")
            else:
                before.tail = (before.tail or "") + (child.tail or "")


def read(site):
    """The book that lies in the folder `site`, as built.

    Parameters
    ----------
    site : pathlib.Path
        With an index.html that leads to the first page; the rest is found as a reader finds it, by *next*.

    Returns
    -------
    Book
    """
    home = (site / "index.html").read_text(encoding="utf-8")
    parts, part = {}, ""
    nav = re.search(r'<nav id="site-nav".*?</nav>', home, re.S)[0]
    for caption, link in re.findall(
        r'class="caption-text">(.*?)</span>|<li[^>]*><a [^>]*href="([^"]*)"', nav
    ):
        part = html.unescape(caption) or part
        parts[link] = part
    # the first page lies at the top a second time; its own address is what the second calls the one before
    (first,) = re.findall(r'<link rel="next" href="([^"]*)"', home)
    (back,) = re.findall(r'<link rel="prev" href="([^"]*)"', (site / first).read_text(encoding="utf-8"))
    path, pages = posixpath.normpath(posixpath.join(posixpath.dirname(first), back)), []
    while path:
        text = (site / path).read_text(encoding="utf-8")
        pages.append(_page(path, parts.get(path, pages[-1].part if pages else ""), text, site))
        after = re.findall(r'<link rel="next" href="([^"]*)"', text)
        path = after and posixpath.normpath(posixpath.join(posixpath.dirname(path), after[0]))
    meta = dict(re.findall(r'<meta property="og:(\w+)" content="([^"]*)"', home))
    return Book(
        html.unescape(meta["site_name"]),
        re.search(r'<html lang="([^"]*)"', home)[1],
        html.unescape(meta["url"]),
        pages,
    )


def slug(path):
    """A page's name within ids and file names."""
    return path.removesuffix(".html").replace("/", "-")


def _page(path, part, page, site):
    models, pictures, figures = widgets(page, site), {}, 0

    def show(match):
        nonlocal figures
        one = strip(match[0], models[match[1]])
        figures += 1
        names = []
        for picture in one.pictures:
            names.append(f"{slug(path)}-{one.name}-{hashlib.sha1(picture.encode()).hexdigest()[:6]}.svg")
            pictures[names[-1]] = picture
        return one.markup(PICTURES, names)

    text = re.search(r"<article>(.*)</article>", page, re.S)[1]
    article = tree(FIGURE.sub(show, text))
    article.tag = "article"
    _quizzes(article, models)
    _code(article)
    _folds(article)
    remove(article, lambda e: e.tag in UNSEEN or "headerlink" in classes(e))
    ids = set()
    for element in article.iter():
        if (own := element.get("id")) in ids:  # two places for one name: links find the first
            del element.attrib["id"]
        elif own:
            ids.add(own)
        if href := element.get("href"):
            element.set("href", re.sub(r'[<>"\s{}|\\^`]', lambda m: quote(m[0]), href))
        for name in OUTDATED & set(element.attrib):
            del element.attrib[name]
        for name in [n for n in element.attrib if n.startswith(("data-", "aria-"))]:
            if name not in ("aria-hidden", "data-name"):
                del element.attrib[name]
    heading = next(article.iter("h1"))
    return Page(path, title_of(heading), part, article, pictures, figures)


def title_of(heading):
    """A heading in plain characters: of a formula, only the part that is made for reading aloud."""
    plain = ET.fromstring(ET.tostring(heading))
    remove(plain, lambda e: "katex-html" in classes(e))
    return text_of(plain)


def _quizzes(article, models):
    """Questions where they stand; what each choice gets, at the end of the page."""
    parents = {child: parent for parent in article.iter() for child in parent}
    forms = find(article, "form", "kamen-quiz")
    if not forms:
        return
    answers = ET.Element("section", {"class": "k-answers-printed"})
    ET.SubElement(answers, "h2").text = text_of(next(forms[0].iter("summary")))
    for number, form in enumerate(forms, 1):
        state = models[form.get("data-kamen-model")]["state"]
        legend, (given,) = next(form.iter("legend")), find(form, "details", "k-answers")
        question = ET.Element("div", {"class": "kamen-quiz", "id": f"question-{number}"})
        question.tail = form.tail
        asked = ET.SubElement(question, "p", {"class": "k-question"})
        ET.SubElement(asked, "b").text = f"{number}. "
        _move(legend, asked)
        choices = ET.SubElement(question, "ol", {"type": "a"})
        for label in form.iter("label"):
            _move(next(label.iter("span")), ET.SubElement(choices, "li"))
        to = ET.SubElement(
            ET.SubElement(question, "p", {"class": "k-to"}), "a", {"href": f"#answer-{number}"}
        )
        to.text = text_of(next(given.iter("summary")))
        one = ET.SubElement(answers, "div", {"id": f"answer-{number}"})
        back = ET.SubElement(ET.SubElement(one, "p"), "a", {"href": f"#question-{number}"})
        back.text = f"{number}. {text_of(legend)}"
        listed = ET.SubElement(one, "ol", {"type": "a"})
        for choice in state["choices"]:
            item = ET.SubElement(listed, "li")
            ET.SubElement(item, "b").text = state["words"]["right" if choice["right"] else "wrong"]
            item[-1].tail = " "
            _move(tree(f"<div>{choice['answer']}</div>")[0], item)
        parent = parents[form]
        parent[list(parent).index(form)] = question
    (article[0] if len(article) == 1 else article).append(answers)


def _move(source, target):
    """The inside of one element to the end of another."""
    if len(target):
        target[-1].tail = (target[-1].tail or "") + (source.text or "")
    else:
        target.text = (target.text or "") + (source.text or "")
    target.extend(source)


def _code(article):
    """Folded code is left out where it only makes what is shown; what solves an exercise stays."""
    cells = find(article, "div", "cell")
    for number, cell in enumerate(cells):
        for fold in find(cell, "details", "hide"):
            if number == 0 or find(cell, "div", "cell_output"):
                remove(cell, lambda e, fold=fold: e is fold)
            else:
                remove(fold, lambda e: e.tag == "summary")
                fold.tag = "div"


def _folds(article):
    """Nothing can be opened on paper, nor filtered; how a correction is computed stays in the site."""
    remove(article, lambda e: classes(e) & {"slip-filter", "computed"})
    for fold in article.iter("details"):
        fold.tag = "div"
        fold.set("class", " ".join(sorted(classes(fold) - {"dropdown"})))
        for summary in [c for c in fold if c.tag == "summary"]:
            summary.tag = "p"
            if "admonition-title" not in classes(summary):
                summary.set("class", "admonition-title")
            for inner in summary.iter():
                if inner.tag in ("p", "div") and inner is not summary:
                    inner.tag = "span"
            remove(summary, lambda e: classes(e) & {"sd-summary-icon", "sd-summary-state-marker"})


def relink(book, page, link):
    """Links and anchors of one page for a book in which pages lie otherwise.

    Parameters
    ----------
    link : callable
        ``link(path, fragment)`` gives the new address of a place in the book. What the site has beside its
        pages (notebooks to download) gets its address on the web.
    """
    inside = {p.path for p in book.pages}
    for a in page.article.iter("a"):
        href = a.get("href")
        if href is None or re.match(r"[a-z][a-z0-9+.-]*:", href):
            continue
        target, _, fragment = href.partition("#")
        path = (
            posixpath.normpath(posixpath.join(posixpath.dirname(page.path), target)) if target else page.path
        )
        if path == "index.html":
            path = book.pages[0].path
        a.set("href", link(path, fragment) if path in inside else posixpath.join(book.address, path))
        a.attrib.pop("download", None)
