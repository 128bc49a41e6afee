"""Nothing that comes to a page as text becomes a script: by its policy, and also without it."""

import itertools
import json
import re
from urllib.parse import quote, unquote

import pytest
from _moving import settled

from conftest import SITE

pytestmark = pytest.mark.browser
PAGES = sorted(
    p.relative_to(SITE).as_posix()
    for p in SITE.rglob("*.html")
    if p.relative_to(SITE).parts[0] not in ("lite", "downloads")  # JupyterLite is a site of its own
) or ["index.html"]
TRAPS = [
    "<img src=x onerror=window.caught=1>",
    '"><svg onload=window.caught=1>',
    "'-(window.caught=1)-'",
    "</script><script>window.caught=1</script>",
    "<!--<script>",
    "javascript:window.caught=1",
    "{{constructor.constructor('window.caught=1')()}}",
    "%E0%A4%A",
    "__proto__",
    "-1e999",
    "x" * 20_000,
]
CAUGHT = (
    "window.caught || ({}).caught || document.querySelector('[onerror], [onload], img[src=x]')?.outerHTML"
)


def policy(path):
    """The directives of a page, {name: [source, …]}."""
    html = (SITE / path).read_text(encoding="utf-8")
    found = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', html)
    assert len(found) == 1
    before = html.partition("<meta http-equiv")[0]
    assert not re.search(r"<(?:script|link|style|img)\b", before)  # it rules what comes after it
    return {name: sources for name, *sources in (part.split() for part in found[0].split("; "))}


@pytest.mark.parametrize("path", PAGES)
def test_every_page_forbids_what_is_foreign_and_what_is_made_up(path):
    rules = policy(path)
    assert rules["default-src"] == ["'none'"] and rules["base-uri"] == ["'none'"]
    assert not {"object-src", "frame-src"} & set(rules)  # default-src forbids them
    allowed = {source for sources in rules.values() for source in sources}
    assert {s for s in allowed if not s.startswith("'sha256-")} <= {
        "'self'",
        "'none'",
        "'unsafe-inline'",
        "data:",
    }
    assert [name for name, sources in rules.items() if "'unsafe-inline'" in sources] == ["style-src"]
    assert [name for name, sources in rules.items() if "data:" in sources] == ["img-src", "font-src"]
    assert len([s for s in rules["script-src"] if s.startswith("'sha256-")]) <= 2


def test_the_policy_is_in_force(site, page):
    """What an injected text would try, it tries in vain, and nothing is asked of another site."""
    settled(page, site + "notebooks/roc_auc.html")
    asked, answered = [], []
    page.on("requestfailed", lambda request: asked.append((request.url, request.failure)))
    page.on("response", lambda response: answered.append(response.url))
    violated = page.evaluate("""() => new Promise(done => {
      const violated = [];
      document.addEventListener("securitypolicyviolation", e => violated.push(e.effectiveDirective));
      const box = document.createElement("div");
      box.innerHTML = '<img src="data:," onerror="window.caught=1">' +
        '<a href="javascript:window.caught=2">x</a>' +
        '<img src="https://elsewhere.invalid/x"><iframe src="https://elsewhere.invalid"></iframe>';
      document.body.append(box);
      box.querySelector("a").click();
      const add = (tag, properties) =>
        document.head.append(Object.assign(document.createElement(tag), properties));
      add("script", { textContent: "window.caught=3" });
      add("script", { src: "https://elsewhere.invalid/x.js" });
      add("script", { src: URL.createObjectURL(new Blob(["window.caught=4"], { type: "text/javascript" })) });
      add("base", { href: "https://elsewhere.invalid/" });
      const evil = document.createElement("button");
      evil.setAttribute("onclick", "window.caught=5");
      document.body.append(evil);
      evil.click();
      fetch("https://elsewhere.invalid/").catch(() => {});
      setTimeout(() => { try { (0, eval)("window.caught=6"); } catch { violated.push("eval"); } });
      setTimeout(() => done(violated), 500);
    })""")
    assert page.evaluate("window.caught") is None
    assert {
        "script-src-attr",
        "script-src-elem",
        "img-src",
        "frame-src",
        "connect-src",
        "base-uri",
        "eval",
    } <= set(violated)
    assert {why for url, why in asked if "elsewhere" in url} <= {"csp"}
    assert [url for url in answered if "elsewhere" in url] == []
    assert page.url.startswith(site)


@pytest.fixture(scope="module")
def unprotected(chromium):
    """A page whose policy the browser does not mind: what is safe here is safe by itself."""
    context = chromium.new_context(bypass_csp=True, viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


def visited(page, address):
    """Go to a crafted address; what went wrong there."""
    wrong = []
    page.on("pageerror", lambda e: wrong.append(str(e)))
    page.goto("about:blank")
    settled(page, address)
    return wrong


def go_to(page, fragment):
    """Change the address's fragment, as a link on the page would, and let the page answer."""
    answered = "requestAnimationFrame(() => setTimeout(done))"
    page.evaluate(f"h => new Promise(done => {{ location.hash = h; {answered}; }})", fragment)


@pytest.mark.parametrize("path", ["notebooks/roc_auc.html", "zh/notebooks/lda.html"])
def test_a_crafted_state_in_the_address_is_no_state(site, unprotected, path):
    page = unprotected
    settled(page, site + path)
    captions = page.locator("figure.kamen-flipbook figcaption")
    start = captions.all_text_contents()
    states = page.locator("figure.kamen-flipbook").evaluate_all(
        "fs => fs.map(f => `${f.dataset.name}.${f.querySelector('[name]:not(button)').name}`)"
    )
    fragments = {
        trap: "&".join(f"{state}={quote(trap)}" for state in states) + f"&{quote(trap)}=1" for trap in TRAPS
    }
    wrong = visited(
        page, f"{site}{path}#{fragments[TRAPS[0]]}"
    )  # once as it is loaded, then as it is changed
    for trap, encoded in itertools.product(TRAPS, (True, False)):
        go_to(page, fragments[trap] if encoded else unquote(fragments[trap]))
        assert wrong == [] and not page.evaluate(CAUGHT), (trap, wrong)
        if encoded and "1e" not in trap:  # no number in it: every figure is where it starts
            assert captions.all_text_contents() == start, trap


@pytest.mark.parametrize("path", ["search.html", "book/corrections.html", "notebooks/backprop.html"])
def test_a_crafted_query_or_anchor_is_text(site, unprotected, path):
    page = unprotected
    for value in (quote(" ".join(TRAPS[:-1])), TRAPS[0].replace("=", "%3D")):
        query = "&".join(f"{name}={value}" for name in ("q", "text", "chapter", "not"))
        wrong = visited(page, f"{site}{path}?{query}#{value}")
        page.wait_for_timeout(100)  # the search comes a moment later
        assert [
            w for w in wrong if "Spread syntax" not in w
        ] == []  # Sphinx trips over the word "constructor"
        assert not page.evaluate(CAUGHT), value
    for trap, encoded in itertools.product(TRAPS, (True, False)):
        go_to(page, quote(trap) if encoded else trap)
        assert wrong == [] and not page.evaluate(CAUGHT), (trap, wrong)


def test_what_a_notebook_shows_is_text(site, unprotected):
    """A question and a figure whose every text is a trap, on a page that has no policy."""
    from matplotlib.figure import Figure

    from kamen_core.flipbook import Flipbook
    from kamen_core.quiz import Choice, Quiz

    trap = " ".join(TRAPS[:-1]) + " `<img src=x onerror=window.caught=1>`"
    quiz = Quiz(trap, [Choice(trap, True, trap), Choice(f"{trap}!", False, trap)])
    fig = Figure(figsize=(4, 3))
    ax = fig.add_subplot(title=trap.replace("$", ""))
    moving = ax.text(0, 0, TRAPS[0], animated=True)

    def update(kind):
        moving.set_text(kind)
        return f"{trap} {kind}"

    book = Flipbook(fig, update, kind=[f"a {trap}", f"b {trap}"])
    state = {}
    for widget in (quiz, book):
        values = widget.get_state()
        packed = values.pop("data", None)
        values = {
            k: v
            for k, v in values.items()
            if k in ("_esm", "_css") or not k.startswith(("_", "layout", "tab"))
        }
        buffers = [{"path": ["data"], "data": _base64(packed)}] if packed else []
        state[widget.model_id] = {"model_module": "anywidget", "state": values, "buffers": buffers}
    bodies = "".join(widget._repr_mimebundle_()[0]["text/html"] for widget in (quiz, book))
    text = json.dumps({"state": state}, default=_base64).replace("<", "\\u003c")
    html = (
        f'<!DOCTYPE html><meta charset="utf-8"><link rel="icon" href="data:,"><main>{bodies}</main>'
        f'<script type="application/vnd.jupyter.widget-state+json">{text}</script>'
        f'<script src="{site}_static/kamen-lite.js"></script>'
    )
    page, wrong = unprotected, []
    page.on("pageerror", lambda e: wrong.append(str(e)))
    page.route("**/crafted.html", lambda route: route.fulfill(body=html, content_type="text/html"))
    settled(page, f"{site}crafted.html")
    for radio in page.locator("form.kamen-quiz input").all():
        radio.check()
        assert TRAPS[0] in page.locator("form.kamen-quiz output").inner_text()
    page.locator("figure.kamen-flipbook").locator("[name=kind]").last.focus()
    page.keyboard.press("ArrowDown")
    assert TRAPS[0] in page.locator("figure.kamen-flipbook figcaption").inner_text()
    page.wait_for_timeout(100)
    page.unroute("**/crafted.html")
    assert wrong == [] and not page.evaluate(CAUGHT)
    assert page.locator("main script, main img").count() == 0


def _base64(data):
    import base64

    return base64.b64encode(bytes(data)).decode()


def test_a_visit_leaves_nothing_but_the_readers_own(site, chromium):
    """No cookie, no database: only the answers and choices of the reader, under our names."""
    context = chromium.new_context()
    page = context.new_page()
    settled(page, site + "notebooks/roc_auc.html")
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    page.locator(".theme-switch").click()
    page.locator("form.kamen-quiz input").first.check()
    assert all(key.startswith("kamen-") for key in page.evaluate("Object.keys(localStorage)"))
    assert page.evaluate("sessionStorage.length") == 0 and context.cookies() == []
    assert page.evaluate("indexedDB.databases()") == [] and page.evaluate("caches.keys()") == []
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then(r => r.length)") == 0
    context.close()


def test_the_book_works_under_its_policy_as_files(chromium):
    """As the zip has it: unpacked, opened from a folder."""
    context = chromium.new_context()
    page = context.new_page()
    wrong = []
    page.on("console", lambda m: wrong.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda e: wrong.append(str(e)))
    settled(page, (SITE / "notebooks" / "roc_auc.html").as_uri())
    assert page.evaluate("[...document.fonts].some(f => f.status === 'loaded')")
    settled(page, (SITE / "search.html").as_uri() + "?q=threshold")
    page.wait_for_selector("#search-results li a")
    context.close()
    assert wrong == []
