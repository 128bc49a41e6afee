"""The bibliography: every entry is whole and cited, every citation leads to an entry."""

import html
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml
from _chapters import CHAPTERS, cells
from pybtex.database import parse_file, parse_string

ROOT = Path(__file__).resolve().parents[1]
ENTRIES = parse_file(str(ROOT / "book/references.bib"), bib_format="bibtex").entries
VENUE = ("journal", "booktitle", "publisher", "institution", "howpublished", "eprint")
CITES = re.compile(r"\[([^\]]+)\]\((?:\.\./book/)?bibliography\.md#([^)]+)\)")


def texts():
    """Each page's name and its prose, chapters and other pages alike."""
    for name in CHAPTERS:
        yield name, "\n".join(c["source"] for c in cells(name) if c["cell_type"] == "markdown")
    for path in (ROOT / "book").rglob("*.md"):
        yield path.stem, path.read_text(encoding="utf-8")


CITED = [(page, words, key) for page, text in texts() for words, key in CITES.findall(text)]


@pytest.mark.parametrize("key", ENTRIES)
def test_an_entry_is_whole(key):
    entry = ENTRIES[key]
    fields = entry.fields
    assert entry.persons["author"] and fields["title"].strip()
    assert re.fullmatch(r"(1[89]|20)\d\d", fields["year"])
    assert re.fullmatch(rf"[a-z]+{fields['year']}[a-z]?", key)
    assert any(fields.get(name, "").strip() for name in VENUE)
    if "doi" in fields:
        assert re.fullmatch(r"10\.\d{4,5}/\S+", fields["doi"])
    if "eprint" in fields:
        assert re.fullmatch(r"\d{4}\.\d{4,5}", fields["eprint"]) and fields["archiveprefix"] == "arXiv"
    assert re.fullmatch(r"https?://\S+", fields.get("url", "https://x"))


@pytest.mark.parametrize("key", ENTRIES)
def test_an_entry_is_cited(key):
    assert key in {cited for _, _, cited in CITED}


def test_a_citation_names_who_and_when():
    assert {key for _, _, key in CITED} <= set(ENTRIES)
    for page, words, key in CITED:
        if "arXiv" in words:
            assert words == f"arXiv {ENTRIES[key].fields['eprint']}", page
            continue
        assert words.endswith(f"({key[-5:] if key[-1].isalpha() else key[-4:]})"), (page, words)
        family = " ".join(ENTRIES[key].persons["author"][0].rich_last_names[0].render_as("text").split())
        assert family in words, (page, words)


def test_no_work_stands_twice():
    works = Counter(re.sub(r"\W", "", e.fields["title"]).lower() for e in ENTRIES.values())
    works += Counter(e.fields["doi"].lower() for e in ENTRIES.values() if "doi" in e.fields)
    assert max(works.values()) == 1


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_ends_with_its_references(name):
    assert "bibliography.md#" in "".join(c["source"] for c in cells(name)[-2:])


@pytest.mark.browser
def test_each_entry_has_its_anchor_and_says_where_it_is_cited():
    page = (ROOT / "_build/html/book/bibliography.html").read_text(encoding="utf-8")
    shown = dict(re.findall(r'<li id="([a-z]+\d{4}[a-z]?)">(.*?)</li>', page, flags=re.S))
    assert set(shown) == set(ENTRIES)
    for source, _, key in CITED:
        assert f"/{source}.html" in shown[key] or f'"{source}.html' in shown[key], (source, key)
    assert re.search(r'href="[^"]*references\.bib"', page)


@pytest.mark.browser
def test_the_book_says_how_to_cite_it():
    """As BibTeX that a parser reads, with what CITATION.cff says; the foot of every page leads there."""
    page = (ROOT / "_build/html/book/how-to-read.html").read_text(encoding="utf-8")
    source = re.search(r"highlight-bibtex.*?<pre>(.*?)</pre>", page, flags=re.S)[1]
    source = html.unescape(re.sub(r"<[^>]+>", "", source))
    ((key, entry),) = parse_string(source, "bibtex").entries.items()
    cff = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert key == "kamen2026"
    assert entry.fields["title"].strip("{}") == cff["title"]
    assert entry.fields["year"] == str(cff["date-released"])[:4]
    assert entry.fields["version"] == cff["version"] and entry.fields["url"] == cff["url"]
    assert [" ".join(p.last_names).strip("{}") for p in entry.persons["author"]] == ["The Kamen authors"]
    assert 'id="cite-this"' in page
    lda = (ROOT / "_build/html/notebooks/lda.html").read_text(encoding="utf-8")
    assert re.search(r'<footer.*href="\.\./book/how-to-read\.html#cite-this"', lda, flags=re.S)
