"""Python in the reader's browser: JupyterLite, the cells that run in a page, and the numbers they give.

`make test` opens the application in Chromium and runs one chapter in each browser; `make test-lite`
(``KAMEN_LITE_ALL=1``) every chapter in both.
"""

import gzip
import json
import os
import re
import runpy
import tomllib
import urllib.parse
import zipfile
from pathlib import Path

import _firefox
import numpy as np
import pytest
from _chapters import CHAPTERS

from conftest import SITE

DATA = Path(__file__).with_name("data")
LITE = SITE / "lite"
ALL = os.environ.get("KAMEN_LITE_ALL") == "1"
FIRST_RESULT, TRANSFER = 30, 26_000_000  # seconds, on a quiet machine; bytes, gzipped
SLOW = 1000 * FIRST_RESULT * 10  # other tests run beside this one
WITHOUT_JSPI = "delete WebAssembly.Suspending; delete WebAssembly.promising;"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(os.environ.get("KAMEN_LITE") == "0", reason="the book was built without lite"),
]


class Chromium:
    """A page of Chromium that is asked the same way as `_firefox.Firefox`."""

    def __init__(self, browser):
        self._context = browser.new_context(viewport={"width": 1280, "height": 900})
        self.page, self.requests = self._context.new_page(), []
        self.page.set_default_timeout(SLOW)
        self._context.on("request", lambda r: self.requests.append(r.url))

    def before_every_page(self, source):
        self._context.add_init_script(source)

    def goto(self, address):
        self.page.goto(address)

    def evaluate(self, source):
        return self.page.evaluate(f"async () => {source}")

    wait_for = _firefox.Firefox.wait_for  # by asking again: a page's policy forbids Playwright's own way

    def close(self):
        self._context.close()


@pytest.fixture(scope="module", params=["chromium without JSPI", "firefox"])
def browser(request):
    """Both browsers; Chromium without what lets Python wait for JavaScript, as another browser may be."""
    if request.param == "firefox":
        yield request.getfixturevalue("firefox")
        return
    page = Chromium(request.getfixturevalue("chromium"))
    page.before_every_page(WITHOUT_JSPI)
    yield page
    page.close()


@pytest.fixture(scope="module")
def python(browser, site):
    """The browser with the notebooks' kernel in a page of the book, as `window.kamen`."""
    browser.goto(site + "lite/bootstrap.js")  # shown as text: no page of the book, so no policy
    started = (
        (DATA / "run_in_page.js")
        .read_text(encoding="utf-8")
        .replace("// Runs", "/* Runs")
        .replace("around it.\n", "around it. */\n", 1)
    )
    browser.evaluate(f"(window.begun = ({started})({json.dumps(site + 'lite/')}), 1)")
    browser.evaluate("window.begun.then(() => window.started = true, e => window.started = String(e)) && 1")
    assert browser.wait_for("window.started", SLOW / 1000) is True
    return browser


def answer(browser, call):
    """A call of `window.kamen` that may take minutes."""
    kept = "a => window.answer = { a }, e => window.answer = { a: String(e) }"
    browser.evaluate(f"(window.answer = null, kamen.{call}.then({kept}), 1)")
    browser.wait_for("!!window.answer", 900)
    return browser.evaluate("window.answer.a")


def foreign(browser, site):
    home = urllib.parse.urlsplit(site).netloc
    return [u for u in browser.requests if u.startswith("http") and urllib.parse.urlsplit(u).netloc != home]


def test_numbers_are_those_of_cpython(python, site, capsys):
    runpy.run_path(str(DATA / "live_numbers.py"))
    ours = json.loads(capsys.readouterr().out)
    code = (DATA / "live_numbers.py").read_text(encoding="utf-8")
    theirs = answer(python, f"run({json.dumps(code)})")
    assert theirs["status"] == "ok", theirs
    theirs = json.loads(theirs["said"])
    assert theirs.keys() == ours.keys()
    for name in ours:
        close = 1e-6 if name == "word2vec" else 1e-12  # its vectors are float32
        np.testing.assert_allclose(theirs[name], ours[name], rtol=close, atol=close, err_msg=name)
    assert foreign(python, site) == []


@pytest.mark.parametrize("name", CHAPTERS if ALL else ["roc_auc"])
def test_every_cell_of_a_notebook_runs(python, name):
    cells = answer(python, f"notebook({json.dumps(name)})")
    assert [c for c in cells if c["status"] != "ok"] == []
    assert len(cells) > 10
    said = [c["said"].strip() == c["kept"].strip() for c in cells if c["kept"]]
    # most as in the book; the rest needs a library
    assert sum(said) >= (1 if name == "rdd" else len(said) / 2)


def test_what_is_absent_says_so_and_the_notebook_goes_on(python):
    said = answer(python, 'run("from sklearn import metrics\\nprint(1)")')
    assert said["status"] == "ok" and said["said"].startswith("scikit-learn is not in the browser's Python")
    assert answer(python, 'run("import nonsense_of_mine")')["status"] == "error"
    assert answer(python, 'run("import numpy as np; np.set_printoptions(precision=3)")')["status"] == "ok"
    assert answer(python, 'run("print(np.array([1 / 3]))")')["said"] == "[0.333]\n"


def test_captions_are_chinese_where_they_are_to_be(python):
    code = """import os
os.environ["KAMEN_LANG"] = "zh"
from kamen_core.language import _
print(_("Press Play."), _("loss"))
os.environ["KAMEN_LANG"] = "en"
print(_("loss"))"""
    said = answer(python, f"run({json.dumps(code)})")
    assert said["status"] == "ok" and re.search("[\u4e00-\u9fff]", said["said"]) and "loss" in said["said"]


def weight(browser, site):
    """What was fetched until now, gzipped, in bytes."""
    asked = {re.split("[?#]", u)[0] for u in browser.requests if u.startswith(site)}
    files = [SITE / u.removeprefix(site) for u in asked]
    return sum(len(gzip.compress(file.read_bytes(), 6)) for file in files if file.is_file())


def test_a_cell_runs_in_its_page(browser, site):
    browser.goto(site + "notebooks/backprop.html")
    browser.evaluate("(localStorage.clear(), 1)")
    browser.evaluate("(document.querySelector('.live-offer button').click(), 1)")
    shown = "document.querySelector('.live-shown')?.innerText"
    browser.wait_for(shown, SLOW / 1000)
    before = browser.evaluate(shown)
    assert 0 < float(before) < 0.5
    move = "(s => { s.value = 9; s.dispatchEvent(new Event('input')); return 1 })"
    browser.evaluate(f"{move}(document.querySelector('.live-interact [name=hidden]'))")
    browser.wait_for(f"{shown} !== {json.dumps(before)}", SLOW / 1000)
    assert browser.evaluate("document.querySelector('.live-interact label output').innerText") == "9"
    assert float(browser.evaluate(shown)) != float(before)

    write = "(e => { e.value = %s; e.dispatchEvent(new Event('input')); return 1 })"
    box, run = (
        "document.querySelector('.live-cell > textarea')",
        "document.querySelector('.live-buttons button')",
    )
    mine = "import matplotlib.pyplot as plt\nplt.plot(moons.x[:, 0])\nprint(moons.x.shape)\nlen(nothing)"
    browser.evaluate(f"{write % json.dumps(mine)}({box})")
    browser.evaluate(f"({run}.click(), 1)")
    browser.wait_for("!!document.querySelector('.live-error')", SLOW / 1000)
    told = browser.evaluate("document.querySelector('.live-output').innerText")
    assert "(200, 2)" in told and "NameError: name 'nothing' is not defined" in told
    assert not browser.evaluate("document.querySelector('.live-error details').open")
    mine = mine.replace("len(nothing)", "3 * 4")
    browser.evaluate(f"{write % json.dumps(mine)}({box})")
    browser.evaluate(f"({run}.click(), 1)")
    browser.wait_for("!!document.querySelector('.live-figure svg')", SLOW / 1000)
    told = browser.evaluate("document.querySelector('.live-output').innerText")
    assert "(200, 2)" in told and "12" in told.split()

    browser.goto(site + "notebooks/backprop.html")  # what the reader wrote is still there
    browser.wait_for(f"{box}?.value === {json.dumps(mine)}")
    browser.evaluate("([...document.querySelectorAll('.live-buttons button')].at(-1).click(), 1)")
    assert browser.evaluate(f"{box}.value").startswith("from ipywidgets import")
    browser.goto(site + "notebooks/backprop.html")
    browser.wait_for("!document.querySelector('.live-offer').hidden")
    assert foreign(browser, site) == []


def test_an_endless_loop_can_be_stopped(chromium, site):
    browser = Chromium(chromium)
    browser.goto(site + "notebooks/roc_auc.html")
    page = browser.page
    offer = page.locator(".live-offer small").text_content()
    before = weight(browser, site)
    page.locator(".live-offer button").click()
    page.locator(".live-cell[data-state=done]").wait_for()
    assert f"about {(weight(browser, site) - before) / 1e6:.0f} MB" in offer
    assert float(page.locator(".live-shown").inner_text()) == pytest.approx(5 / 6)
    page.locator(".live-cell > textarea").fill("while True:\n    pass")
    page.keyboard.press("Shift+Enter")
    page.get_by_role("button", name="Stop").click()
    page.locator(".live-cell[data-state=failed]").wait_for()
    assert "Stopped" in page.locator(".live-status").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    browser.close()


def test_the_application_opens_and_a_flipbook_moves(chromium, site):
    browser = Chromium(chromium)
    page = browser.page
    page.goto(site + "lite/lab/index.html?path=roc_auc.ipynb")
    page.locator(".jp-CodeCell").first.wait_for()
    for _ in range(10):  # a click while the kernel is being chosen is lost
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        page.wait_for_timeout(2000)
        if page.locator(".jp-InputPrompt", has_text=re.compile(r"\[(\*|1)\]")).count():
            break
    page.locator(".jp-Notebook").hover()
    figure = page.locator("figure.kamen-flipbook[data-state=ready]").first
    figure.wait_for()
    caption, slider = figure.locator("figcaption"), figure.locator("input[type=range]").first
    before = caption.inner_text()
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("([c, t]) => c.innerText !== t", arg=[caption.element_handle(), before])
    assert foreign(browser, site) == []
    assert 15_000_000 < weight(browser, site) <= TRANSFER
    browser.close()


def test_every_notebook_is_there():
    listed = json.loads((LITE / "api" / "contents" / "all.json").read_text())["content"]
    assert {entry["name"] for entry in listed} == {"zh", *(f"{name}.ipynb" for name in CHAPTERS)}
    for file in [f"{edition}{name}.ipynb" for name in CHAPTERS for edition in ("", "zh/")]:
        assert (LITE / "files" / file).read_bytes() == (SITE.parents[1] / "notebooks" / file).read_bytes()


def test_the_package_is_whole_there():
    """In-browser Python gets every file of the package that pip installs, but how its data were made."""
    (wheel,) = LITE.rglob("kamen_core-*.whl")
    with zipfile.ZipFile(wheel) as z:
        theirs = {n for n in z.namelist() if n.startswith("kamen_core/")}
    project = tomllib.loads((SITE.parents[1] / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = project["tool"]["setuptools"]["package-data"]["*"]
    folder = SITE.parents[1] / "kamen_core"
    ours = {p for pattern in ["*.py", *patterns] for p in folder.rglob(pattern) if p.suffix != ".md"}
    ours |= set(folder.glob("locale/*/LC_MESSAGES/*.po"))
    assert theirs == {p.relative_to(folder.parent).as_posix() for p in ours if p.name[:5] != "make_"}


@pytest.mark.parametrize("name", CHAPTERS)
@pytest.mark.parametrize("edition", ["", "zh/"])
def test_the_doors_of_a_chapter(edition, name):
    up, root = "../" * (1 + edition.count("/")), SITE.parents[1]
    file = root / "notebooks" / edition / f"{name}.ipynb"
    page = (SITE / edition / "notebooks" / f"{name}.html").read_text(encoding="utf-8")
    door = page[page.index('<p class="launch">') :].partition("</p>")[0]
    browser, binder, colab, download = re.findall(r'href="([^"]+)"', door)
    assert browser == f"{up}lite/lab/index.html?path={edition}{name}.ipynb"
    assert (LITE / "lab" / "index.html").is_file() and (LITE / "files" / edition / file.name).is_file()
    assert "25 MB" in door
    asked = re.fullmatch(
        r"https://mybinder\.org/v2/gh/([\w-]+/[\w-]+)/main\?urlpath=lab/tree/notebooks/(\S+)", binder
    )
    repository = asked[1]
    assert asked[2] == f"{edition}{name}.ipynb" and file.is_file()
    assert (root / "binder" / "requirements.txt").is_file()
    place = f"{repository}/blob/main/notebooks/{edition}{name}.ipynb"
    assert colab == f"https://colab.research.google.com/github/{place}"
    cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
    code = ["".join(c["source"]) for c in cells if c["cell_type"] == "code"]
    (first,) = (n for n, source in enumerate(code) if "google.colab" in source)
    assert first <= 1 and f"git+https://github.com/{repository}" in code[first]
    assert not any("kamen_core" in source for source in code[:first])
    assert (SITE / edition / "notebooks" / download).resolve().is_file()
    assert page.count('class="live-offer"') == 1
