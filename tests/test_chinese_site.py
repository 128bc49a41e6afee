"""The Chinese pages beside the English ones, in a browser: the way across, the search, no English left."""

import functools
import html
import json
import re
from html.parser import HTMLParser

import pytest
from _moving import settled

from conftest import SITE, SUB_PATH
from kamen_core.language import Catalogue

pytestmark = pytest.mark.browser
ENGLISH = [
    p.relative_to(SITE).as_posix()
    for folder in (".", "book", "book/api", "notebooks")
    for p in sorted((SITE / folder).glob("*.html"))
]
every_page = pytest.mark.parametrize("path", ENGLISH)
QUERIES = [
    line.split("\t")
    for line in (SITE.parents[1] / "tests/data/search_zh.tsv").read_text(encoding="utf-8").splitlines()
]


class _Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


@functools.cache
def text(path):
    return (SITE / path).read_text(encoding="utf-8")


@functools.cache
def tags(path):
    return _Tags(text(path)).tags


@every_page
def test_each_page_has_its_twin_and_says_so(path):
    for here, lang, other in ((path, "en", f"zh/{path}"), (f"zh/{path}", "zh-CN", path)):
        assert next(a["lang"] for t, a in tags(here) if t == "html") == lang
        (link,) = (a for t, a in tags(here) if t == "a" and "lang-switch" in a.get("class", ""))
        twin = re.sub(r"book/index\.html$", "index.html", other)  # the first page lies at the top as well
        assert ((SITE / here).parent / link["href"]).resolve() in (SITE / other, SITE / twin)
        assert link["hreflang"] == link["lang"] == {"en": "zh-CN", "zh-CN": "en"}[lang]
        alternates = {a["hreflang"]: a["href"] for t, a in tags(here) if t == "link" and "hreflang" in a}
        assert set(alternates) == {"en", "zh-CN", "x-default"}
        assert alternates["x-default"] == alternates["en"]
        assert alternates["zh-CN"] == re.sub(r"(/kamen/)", r"\1zh/", alternates["en"])
        assert alternates["en"].startswith("https://")
        assert alternates["en"].endswith(("/kamen/", f"/kamen/{path}"))


@every_page
def test_headings_have_the_same_anchors(path):
    """So that a link to a place works in both languages."""
    ids = [
        [a["id"] for t, a in tags(p) if t == "section" and "id" in a and a.get("role") != "note"]
        for p in (path, f"zh/{path}")
    ]
    assert ids[0] == ids[1]


def test_an_edition_takes_what_is_common_from_the_root():
    files = {p.name for p in (SITE / "zh" / "_static").rglob("*") if p.is_file()}
    assert files <= {"documentation_options.js", "language_data.js", "translations.js"}


NAMES = {"softmax", "sigmoid", "tanh", "relu", "cogroup", "join", "coalesce", "repartition"}


@every_page
def test_controls_speak_chinese(path):
    """Nothing that has a Chinese name comes in English; a parameter's bare name was forgotten."""
    controls = r'<div class="k-controls">.*?</div>|<form class="kamen-quiz".*?</form>'
    forms = re.findall(controls, text(f"zh/{path}"), flags=re.S)
    words = re.findall(r"<(?:span|legend|button|summary)[^>]*>([^<]+)<", "".join(forms))
    words = [html.unescape(w).strip() for w in words]
    known = Catalogue(SITE.parents[1] / "kamen_core/locale/zh_CN/LC_MESSAGES/kamen_core.po").messages
    assert [w for w in words if known.get(w, w) != w] == []
    assert [w for w in words if re.fullmatch("[a-z ]{3,}", w) and w not in NAMES] == []


def test_the_switch_keeps_the_place_and_the_state(site, page):
    settled(page, site + "notebooks/roc_auc.html")
    radio = page.locator("[data-kamen-name=drawing] input[type=radio][value='1']")
    radio.check(force=True)
    page.wait_for_function("location.hash.includes('drawing.')")
    section = page.locator("article section[id]").nth(5)
    place = section.get_attribute("id")
    section.evaluate("e => e.scrollIntoView()")
    page.locator(".lang-switch").evaluate("e => e.click()")  # Playwright's click would scroll first
    page.wait_for_url("**/zh/notebooks/roc_auc.html#*")
    page.wait_for_function("document.querySelectorAll('.kamen-flipbook[data-state=ready]').length > 3")
    assert f"at={place}" in page.url
    assert page.locator("[data-kamen-name=drawing] input[type=radio][value='1']").is_checked()
    top = page.evaluate("id => document.getElementById(id).getBoundingClientRect().top", place)
    assert -50 < top < 400
    assert page.locator("html").get_attribute("lang") == "zh-CN"


def test_without_a_state_the_heading_alone_is_the_address(site, page):
    settled(page, site + "zh/book/how-to-read.html")
    page.locator(".lang-switch").click()
    page.wait_for_url("**/book/how-to-read.html")
    assert page.url.endswith(SUB_PATH + "book/how-to-read.html")


@pytest.mark.parametrize(
    "locale, path, offered",
    [
        ("zh-CN", "index.html", True),
        ("zh-TW", "notebooks/rdd.html", True),
        ("en-US", "index.html", False),
        ("de-DE", "index.html", False),
        ("en-GB", "zh/index.html", True),
        ("zh-CN", "zh/index.html", False),
    ],
)
def test_the_browsers_language_suggests_and_never_forces(site, chromium, locale, path, offered):
    context = chromium.new_context(locale=locale)
    page = context.new_page()
    settled(page, site + path)
    assert page.url == site + path
    assert page.locator(".suggest").is_visible() is offered
    assert page.evaluate("localStorage.getItem('kamen-lang')") is None  # nothing is kept unasked
    if offered:
        page.locator(".suggest button").click()
        assert not page.locator(".suggest").is_visible()
        page.reload()
        assert not page.locator(".suggest").is_visible()
    context.close()


def test_chinese_is_set_in_the_readers_fonts(site, page):
    settled(page, site + "zh/notebooks/roc_auc.html")
    for where in ("body", ".kamen-flipbook svg text"):
        family = page.locator(where).first.evaluate("e => getComputedStyle(e).fontFamily")
        assert all(name in family for name in ("PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC")), where
    assert "@font-face" not in re.sub(r"@font-face\{[^}]*KaTeX[^}]*\}", "", text("zh/index.html"))
    assert re.search(r"<text[^>]*>[^<]*[\u4e00-\u9fff]", text("zh/notebooks/roc_auc.html"))


SEARCH = """queries => queries.map(q => {
  const [query, words, not, marked, objects] = Search._parseQuery(q);
  document.body.append(Object.assign(document.createElement("p"), { id: "search-progress" }));
  const found = Search._performSearch(query, words, not, marked, objects);
  return found.reverse().map(f => f[0]);
})"""


def test_the_chinese_search_finds(site, page):
    """Of a hundred queries, 95 and more lead to the page that is about them, first of all."""
    page.goto(site + "zh/search.html")
    page.wait_for_function("Search.hasIndex()")
    found = page.evaluate(SEARCH, [query for query, _ in QUERIES])
    first = [pages[0] if pages else None for pages in found]
    missed = [(q, wanted, got) for (q, wanted), got in zip(QUERIES, first, strict=True) if wanted != got]
    assert len(QUERIES) >= 100
    assert len(missed) <= 0.05 * len(QUERIES), json.dumps(missed, ensure_ascii=False)


def test_a_chinese_query_typed_by_a_reader(site, page):
    settled(page, site + "zh/index.html")
    page.keyboard.press("/")
    page.keyboard.insert_text("吉布斯采样")
    page.keyboard.press("Enter")
    page.wait_for_url("**/zh/search.html?q=*")
    page.wait_for_selector("#search-results li a")
    page.wait_for_selector("#search-results li p.context")
    assert "搜索" in page.locator("#search-results h2").inner_text()
    page.locator("#search-results li a").first.click()
    page.wait_for_load_state()
    assert "吉布斯采样" in page.locator("main").inner_text()
