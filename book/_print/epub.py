"""The built site as an e-book: EPUB 3, no script, nothing fetched, formulas as MathML, figures as SVG."""

import html
import os
import time
import uuid
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import reading
from kamen_words import said

HERE = Path(__file__).parent
XHTML = 'xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"'
SHEET = '<link rel="stylesheet" type="text/css" href="book.css"/>'
KINDS = {".xhtml": "application/xhtml+xml", ".svg": "image/svg+xml", ".css": "text/css"}
CONTAINER = """<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="book/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>
"""
COVER = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 800" width="600" height="800">
<rect width="600" height="800" fill="#ffffff"/>
<g fill="none" stroke-linecap="round"><path d="M110 180v380h380" stroke="#5c656f" stroke-width="10"/>
<path d="M110 560C150 290 250 220 490 205" stroke="#0b5cb8" stroke-width="14"/></g>
<circle cx="196" cy="312" r="34" fill="#bc4c00"/>
<g font-family="sans-serif" fill="#1b1f24" text-anchor="middle">
<text x="300" y="110" font-size="64" font-weight="bold">{brand}</text>
<text x="300" y="650" font-size="30">{rest}</text></g></svg>
"""


def xhtml(title, language, body):
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html>\n<html {XHTML} lang="{language}" '
        f'xml:lang="{language}"><head><title>{html.escape(title)}</title>{SHEET}</head>{body}</html>\n'
    )


def document(book, page):
    """One page as XHTML."""
    article = page.article
    reading.relink(
        book,
        page,
        lambda path, fragment: f"{reading.slug(path)}.xhtml" + (f"#{fragment}" if fragment else ""),
    )
    # of a formula set twice, the part that means something
    reading.remove(article, lambda e: "katex-html" in reading.classes(e))
    for e in article.iter():
        if e.get("href", "").startswith(f"{reading.slug(page.path)}.xhtml#"):
            e.set("href", e.get("href").partition("xhtml")[2])
        if e.tag == "math":
            e.set("xmlns", "http://www.w3.org/1998/Math/MathML")
        if e.tag == "img" and not e.get("src", "").startswith(reading.PICTURES):
            raise ValueError(f"{page.path}: {e.get('src')} is not among the pictures of the book")
    _place_blocks(article)
    text = ET.tostring(article, encoding="unicode")
    return xhtml(page.title, book.language, f"<body>{text}</body>")


def _place_blocks(article):
    """A figure or a list inside a paragraph ends it in HTML; XML takes it as written, readers do not."""
    for e in article.iter("p"):
        if any(c.tag in ("div", "figure", "ul", "ol", "table", "pre") for c in e.iter()):
            e.tag = "div"
    for e in article.iter("span"):
        if any(c.tag in ("div", "p", "figure") for c in e):
            e.tag = "div"


def contents(book, words):
    """The table of contents that every e-book has to have."""
    listed, part = [], ""
    for page in book.pages:
        entry = f'<li><a href="{reading.slug(page.path)}.xhtml">{html.escape(page.title)}</a></li>'
        if page.part != part:
            listed.append(("</ol></li>" if part else "") + f"<li><span>{html.escape(page.part)}</span><ol>")
            part = page.part
        listed.append(entry)
    listed.append("</ol></li>" if part else "")
    toc = f'<nav epub:type="toc" id="toc"><h1>{words["menu"]}</h1><ol>{"".join(listed)}</ol></nav>'
    return xhtml(book.title, book.language, f"<body>{toc}</body>")


def package(book, names, words, modified):
    """The list of everything, and the order of reading."""
    items = []
    for name in names:
        properties = {"nav.xhtml": ' properties="nav"', "cover.svg": ' properties="cover-image"'}.get(
            name, ""
        )
        if name.endswith(".xhtml") and "<math" in names[name]:
            properties = ' properties="mathml"'
        media = KINDS[Path(name).suffix]
        items.append(f'<item id="{_id(name)}" href="{name}" media-type="{media}"{properties}/>')
    spine = ["nav.xhtml", *(f"{reading.slug(p.path)}.xhtml" for p in book.pages)]
    spine = "".join(f'<itemref idref="{_id(name)}"/>' for name in spine)
    identity = uuid.uuid5(uuid.NAMESPACE_URL, f"{book.address}#epub-{book.language}")
    access = {
        "accessMode": ["textual", "visual"],
        "accessModeSufficient": ["textual"],
        "accessibilityFeature": ["tableOfContents", "structuralNavigation", "MathML"],
        "accessibilityHazard": ["none"],
        "accessibilitySummary": ["Every picture is followed by a sentence that reads it out."],
    }
    access = "".join(
        f'<meta property="schema:{name}">{value}</meta>' for name in access for value in access[name]
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<package xmlns="http://www.idpf.org/2007/opf" version="3.0" '
        f'unique-identifier="id" xml:lang="{book.language}">'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<dc:identifier id="id">urn:uuid:{identity}</dc:identifier>'
        f"<dc:title>{html.escape(book.title)}</dc:title>"
        f"<dc:language>{book.language}</dc:language><dc:creator>The Kamen authors</dc:creator>"
        f"<dc:rights>{html.escape(words['licence'])}</dc:rights><dc:source>{book.address}</dc:source>"
        f'<meta property="dcterms:modified">{modified}</meta>{access}</metadata>'
        f"<manifest>{''.join(items)}</manifest><spine>{spine}</spine></package>\n"
    )


def _id(name):
    return "i-" + name.replace("/", "-")


def write(site, target):
    """Make `target` of the book in the folder `site`; the same site gives the same bytes.

    The date in it is SOURCE_DATE_EPOCH, where that is set, or that of the site's first page.
    """
    book = reading.read(site)
    words = said(book.language)
    then = int(os.environ.get("SOURCE_DATE_EPOCH") or (site / "index.html").stat().st_mtime)
    brand, _, rest = book.title.replace("：", ": ").partition(": ")
    names = {
        "book.css": (HERE / "epub.css").read_text(encoding="utf-8"),
        "cover.svg": COVER.format(brand=html.escape(brand), rest=html.escape(rest)),
        "nav.xhtml": contents(book, words),
    }
    for page in book.pages:
        names[f"{reading.slug(page.path)}.xhtml"] = document(book, page)
        names |= {reading.PICTURES + name: svg for name, svg in sorted(page.pictures.items())}
    modified = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(then))
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:

        def add(name, text, how=zipfile.ZIP_DEFLATED):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            file.writestr(entry, text.encode(), how)

        add("mimetype", "application/epub+zip", zipfile.ZIP_STORED)  # first, and as it is
        add("META-INF/container.xml", CONTAINER)
        add("book/book.opf", package(book, names, words, modified))
        for name, text in names.items():
            add(f"book/{name}", text)
