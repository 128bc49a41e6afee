"""The built site as one PDF to print.

Chromium prints it, twice: the contents name each chapter's page, which is known only then.
"""

import html
import re
import shutil
import tempfile
from pathlib import Path
from xml.etree import ElementTree as ET

import chromium
import reading
from kamen_site import stylesheet
from kamen_words import said
from pypdf import PdfReader
from pypdf.generic import ContentStream

HERE = Path(__file__).parent
CORE = HERE.parents[1] / "kamen_core"
TEXT_WIDTH = 673  # CSS pixels between the margins of pdf.css
# What is wider than the page is set smaller, never cut
FIT = """width => {
  for (const box of document.querySelectorAll(".katex-display, .table-box, .output.text_html, pre")) {
    const room = box.clientWidth, needed = box.scrollWidth;
    if (needed > room + 1) box.style.zoom = Math.max(0.5, room / needed * 0.99);
  }
  const over = [...document.querySelectorAll("article *")].filter(e => {
    const r = e.getBoundingClientRect();
    const counts = !e.closest("svg") && getComputedStyle(e).position !== "absolute";
    return counts && r.width > 1 && r.right > width + 2;
  });
  return over.map(e => `${e.tagName} ${e.className}: ${e.textContent.slice(0, 60)}`);
}"""


def place(path, fragment=""):
    """The anchor of a place in the book: every page's own are told apart by its name."""
    return reading.slug(path) + (f"--{fragment}" if fragment else "")


def chapter(book, page, number):
    """One page of the site as HTML."""
    article = page.article
    for e in article.iter():
        if e.get("id"):
            e.set("id", place(page.path, e.get("id")))
    reading.relink(book, page, lambda path, fragment: "#" + place(path, fragment))
    # a formula is set twice: paper takes the one that is drawn
    reading.remove(article, lambda e: "katex-mathml" in reading.classes(e))
    for e in article.iter():
        e.attrib.pop("aria-hidden", None)
    article.set("id", place(page.path))
    article.set("style", f"page: p{number}")
    return ET.tostring(article, encoding="unicode", method="html")


def compose(book, words, folios):
    """The whole book as one HTML page.

    Parameters
    ----------
    folios : dict
        The page number of each anchor, as far as it is known.
    """
    chapters = [chapter(book, page, number) for number, page in enumerate(book.pages)]
    listed, part = [], ""
    for page in book.pages:
        if page.part != part:
            listed.append(f'<p class="part">{html.escape(page.part)}</p>')
            part = page.part
        anchor = place(page.path)
        listed.append(
            f'<p><a href="#{anchor}"><span>{html.escape(page.title)}</span>'
            f'<span class="folio" data-of="{anchor}">{folios.get(anchor, "0")}</span></a></p>'
        )
    quoted = [p.title.replace("\\", "\\\\").replace('"', '\\"') for p in book.pages]
    heads = "".join(f'@page p{n} {{ @top-left {{ content: "{t}" }} }}\n' for n, t in enumerate(quoted))
    body = "".join(chapters)
    widgets = [(CORE / part / f"{part}.css").read_text(encoding="utf-8") for part in ("flipbook", "quiz")]
    css = stylesheet(body, widgets)
    shown = re.sub("^https://|/$", "", book.address)
    title, _, rest = book.title.replace("：", ": ").partition(": ")
    return (
        f'<!DOCTYPE html><html lang="{book.language}" data-theme="light"><head><meta charset="utf-8">'
        f"<title>{html.escape(book.title)}</title>"
        f"<style>{css}\n{(HERE / 'pdf.css').read_text(encoding='utf-8')}\n{heads}</style></head><body>"
        f'<section class="title-page"><svg viewBox="0 0 32 32" aria-hidden="true">'
        f'<path class="k-axis" d="M5 4v23h23"/><path class="k-curve" '
        f'd="M5 27C7 13 12 7 28 6"/><circle cx="11.2" cy="12.4" r="3.6"/></svg>'
        f'<p class="title">{html.escape(title)}</p><p>{html.escape(rest)}</p>'
        f'<p class="imprint"><a href="{book.address}">{html.escape(shown)}</a><br>'
        f"{html.escape(words['licence'])}</p></section>"
        f'<nav class="contents"><h1>{words["menu"]}</h1>{"".join(listed)}</nav>{body}</body></html>'
    )


def write(site, target, only=None):
    """Make `target` of the book in the folder `site`.

    Parameters
    ----------
    only : list of str, optional
        The pages to print, such as ``notebooks/roc_auc.html``; all of them otherwise.

    Returns
    -------
    list of str
        What a reader of the PDF would miss: characters that no font here has, lines that leave the page.
    """
    book = reading.read(site)
    if only:
        book = book._replace(pages=[p for p in book.pages if p.path in only])
    words = said(book.language)
    page_html = compose(book, words, {})
    with tempfile.TemporaryDirectory() as folder, chromium.page(TEXT_WIDTH) as page:
        folder = Path(folder)
        (folder / reading.PICTURES).mkdir()
        for one in book.pages:
            for name, svg in one.pictures.items():
                (folder / reading.PICTURES / name).write_text(svg, encoding="utf-8")
        (folder / "book.html").write_text(page_html, encoding="utf-8")
        page.emulate_media(media="print")
        page.goto((folder / "book.html").as_uri(), wait_until="load")
        page.evaluate("document.fonts.ready.then(() => 0)")
        over = page.evaluate(FIT, TEXT_WIDTH)
        made = folder / "book.pdf"
        _print(page, made)
        reader = PdfReader(made)
        folios = {
            name.lstrip("/"): str(reader.get_destination_page_number(where) + 1)
            for name, where in reader.named_destinations.items()
        }
        page.evaluate(
            "of => document.querySelectorAll('.folio').forEach(e => { e.textContent = of[e.dataset.of] })",
            folios,
        )
        _print(page, made)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(made, target)
    wrong = [f"wider than the page: {what}" for what in over]
    wrong += [
        f"page {n + 1}: {k} characters that no font here has" for n, k in missing_glyphs(target).items()
    ]
    return wrong


def _print(page, path):
    page.pdf(path=path, prefer_css_page_size=True, print_background=True, outline=True, tagged=True)


def missing_glyphs(path):
    """How many boxes stand where a character should be, by page: glyph 0 of a font."""
    found = {}
    for number, page in enumerate(PdfReader(path).pages):
        if count := _zeros(page, page.get("/Resources", {})):
            found[number] = count
    return found


def _zeros(stream, resources):
    """Glyph 0 in the two-byte strings of a page or of a form that it draws."""
    resources = resources.get_object()
    fonts, forms = (resources.get(k, {}) for k in ("/Font", "/XObject"))
    fonts, forms = fonts.get_object() if fonts else {}, forms.get_object() if forms else {}
    content = stream.get_contents() if hasattr(stream, "get_contents") else ContentStream(stream, None)
    wide, count = False, 0
    for operands, operator in content.operations if content is not None else ():
        if operator == b"Tf":
            wide = fonts[operands[0]].get_object().get("/Encoding") == "/Identity-H"
        elif operator in (b"Tj", b"TJ") and wide:
            strings = operands[0] if operator == b"TJ" else operands
            for s in strings:
                raw = getattr(s, "original_bytes", s if isinstance(s, bytes) else b"")
                count += sum(raw[i : i + 2] == b"\0\0" for i in range(0, len(raw), 2))
        elif operator == b"Do" and (form := forms[operands[0]].get_object()).get("/Subtype") == "/Form":
            count += _zeros(form, form.get("/Resources", {}))
    return count
