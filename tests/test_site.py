"""The built book in a real browser: what a reader gets, page by page."""

import functools
import gzip
import re
from html.parser import HTMLParser

import pytest
from _moving import settled

from conftest import SITE

pytestmark = pytest.mark.browser
OURS = [p for p in SITE.rglob("*") if p.relative_to(SITE).parts[0] != "lite"]  # see test_lite.py
PAGES = sorted(p.relative_to(SITE).as_posix() for p in OURS if p.suffix == ".html") or ["index.html"]
every_page = pytest.mark.parametrize("path", PAGES)
# The pages of the reference are made alike: a browser visits the one with formulas, the longest and two more.
VISITED = [p for p in PAGES if not re.search(r"book/api/(?!index|gradient_descent|rdd|flipbook)", p)]
every_visit = pytest.mark.parametrize("path", VISITED)
PAGE_WEIGHT = 300_000  # bytes, gzipped, all together


@functools.cache
class _Tags(HTMLParser):
    """All start tags of a page, with their attributes."""

    def __init__(self, path):
        super().__init__()
        self.tags = []
        self.feed((SITE / path).read_text(encoding="utf-8"))
        self.ids = {a["id"] for _, a in self.tags if a.get("id")}

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def all(self, tag_name, **wanted):
        return [
            a for tag, a in self.tags if tag == tag_name and all(a.get(k) == v for k, v in wanted.items())
        ]


def watched(page):
    """Everything that goes wrong on `page` from now on, and every response."""
    wrong, responses = [], []
    page.on(
        "console",
        lambda m: wrong.append(f"console {m.type}: {m.text}") if m.type in ("error", "warning") else None,
    )
    page.on("pageerror", lambda e: wrong.append(f"uncaught: {e}"))
    page.on("requestfailed", lambda r: wrong.append(f"failed: {r.url}"))
    page.on("response", lambda r: responses.append(r))
    return wrong, responses


def test_there_are_pages(site):
    assert {"index.html", "search.html", "book/index.html"} <= set(PAGES)


@every_visit
def test_a_visit_is_quiet_local_and_light(site, page, path):
    wrong, responses = watched(page)
    settled(page, site + path)
    # every image and script that comes into view later is asked for as well
    page.evaluate("document.querySelectorAll('[loading=lazy]').forEach(e => e.loading = 'eager')")
    page.wait_for_load_state("networkidle")
    assert wrong == []
    assert [r.url for r in responses if not r.url.startswith((site, "blob:", "data:"))] == []
    assert [f"{r.status} {r.url}" for r in responses if r.status >= 400] == []
    weight = sum(
        len(gzip.compress(r.body(), 6)) for r in responses if r.url.startswith(site) and r.status == 200
    )
    assert weight <= PAGE_WEIGHT


@every_page
def test_no_page_names_another_site_for_the_browser_to_fetch(path):
    page = _Tags(path)
    only_named = {"canonical", "alternate"}  # for search engines; a browser does not fetch them
    fetched = [a["href"] for a in page.all("link") if a.get("href") and a.get("rel") not in only_named]
    fetched += [a[k] for _, a in page.tags for k in ("src", "srcset", "poster", "data", "action") if a.get(k)]
    assert [
        url for url in fetched if re.match(r"(?i)[a-z][a-z0-9+.-]*:|//", url) and not url.startswith("data:")
    ] == []


def test_no_file_of_the_site_asks_another_site():
    asks = re.compile(r"""(?:url\(|@import|fetch\(|import\(|src=)\s*["'`]?(?:https?:)?//[\w-]""")
    files = [p for p in OURS if p.suffix in {".css", ".js", ".svg", ".html"}]
    assert files
    assert [str(p) for p in files if asks.search(p.read_text(encoding="utf-8"))] == []


# Chinese pages have the colours and the layout of the English ones, so that one look does
LOOKS = [
    (path, scheme, width)
    for path in VISITED
    for scheme, width in [("dark", 375), ("light", 1280)][: 1 if path.startswith("zh/") else 2]
]


@pytest.mark.parametrize("path, scheme, width", LOOKS)
def test_no_accessibility_violation(site, chromium, path, scheme, width):
    from axe_playwright_python.sync_playwright import Axe

    context = chromium.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    settled(page, site + path)
    assert page.evaluate("document.documentElement.dataset.theme") == scheme
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    found = Axe().run(page).response["violations"]
    context.close()
    assert [(v["id"], [n["html"][:200] for n in v["nodes"]]) for v in found] == []


@every_visit
@pytest.mark.parametrize("width", [375, 768])
def test_nothing_scrolls_sideways(site, chromium, path, width):
    context = chromium.new_context(viewport={"width": width, "height": 812}, has_touch=True, is_mobile=True)
    page = context.new_page()
    settled(page, site + path)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    page.evaluate("window.scrollTo(1000, 0)")
    assert page.evaluate("window.scrollX") == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


@every_visit
def test_it_reads_without_javascript(site, chromium, path):
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 375, "height": 800})
    page = context.new_page()
    page.goto(site + path)
    assert page.locator("main h1").first.is_visible()
    if not path.endswith("search.html"):
        assert len(page.locator("main").inner_text()) > 200
    for figure in page.locator("figure.kamen-flipbook").all():
        assert figure.locator("svg").first.is_visible()
        assert figure.locator("figcaption").inner_text().strip()
    page.locator("button.menu").first.click()  # the drawer with the chapters needs no script
    assert page.locator("#site-nav a").nth(1).is_visible()
    context.close()


def width(text):
    """A Chinese character says about as much as two letters."""
    return len(text) + len(re.findall("[\u4e00-\u9fff]", text))


@every_page
def test_what_a_link_preview_shows(path):
    page = _Tags(path)
    (description,) = page.all("meta", name="description")
    assert 25 <= width(description["content"]) <= 165
    (title,) = page.all("meta", property="og:title")
    assert title["content"].strip()
    (shared,) = page.all("meta", property="og:description")
    assert shared["content"] == description["content"]
    (image,) = page.all("meta", property="og:image")
    assert (
        image["content"].startswith("https://")
        and (SITE / "_static" / image["content"].rsplit("/", 1)[1]).exists()
    )
    (icon,) = page.all("link", rel="icon")
    assert ((SITE / path).parent / icon["href"]).exists()
    assert page.all("html")[0]["lang"]


@pytest.mark.parametrize("edition", ["en", "zh"])
def test_descriptions_differ(edition):
    pages = [p for p in PAGES if p.startswith("zh/") == (edition == "zh") and not p.endswith("index.html")]
    found = [_Tags(p).all("meta", name="description")[0]["content"] for p in pages]
    assert len(set(found)) == len(found) > 10


@every_page
def test_every_link_inside_the_book_leads_somewhere(path):
    for link in _Tags(path).all("a"):
        target, _, fragment = link.get("href", "#").partition("#")
        target = target.partition("?")[0]
        if re.match(r"[a-z]+:", target):
            continue
        file = ((SITE / path).parent / target).resolve() if target else SITE / path
        assert file.is_file(), link["href"]
        if fragment and file.suffix == ".html":
            assert fragment in _Tags(file).ids, link["href"]


def test_mathematics_is_set_without_a_script(site, chromium):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site + "book/notation.html")
    assert page.locator(".katex-display .katex-html").count() >= 1
    fonts = page.evaluate(
        "document.fonts.ready.then(f => [...f].filter(x => x.status === 'loaded').map(x => x.family))"
    )
    context.close()
    assert any("KaTeX" in f for f in fonts)


def test_the_theme_switch_is_remembered(site, page):
    settled(page, site)
    page.locator(".theme-switch").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") != "rgb(255, 255, 255)"


def test_the_search_finds(site, page):
    wrong, _ = watched(page)
    settled(page, site)
    page.keyboard.press("/")
    page.keyboard.type("specificity")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=specificity*")
    page.wait_for_selector("#search-results li a")
    page.wait_for_selector("#search-results li p.context")  # the lines around the hit, fetched from the page
    assert wrong == []
    page.locator("#search-results li a").first.click()
    page.wait_for_load_state()
    assert "specificity" in page.locator("main").inner_text().lower()
