"""What tests share: the built site and a real browser (``browser``), one real Spark (``spark``)."""

import contextlib
import os
import re
import shutil
import sys
import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

BOOK = Path(__file__).resolve().parents[1] / "book"
sys.path.insert(0, str(Path(__file__).parent / "data"))  # the scripts that made golden files
sys.path += [str(BOOK / "_print"), str(BOOK / "_ext")]
ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "_build" / "html"
SUB_PATH = "/some/sub/path/"  # the site must not mind where it lies
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """A file's tests go to one worker, but a chapter's figures to the same one whatever the file.

    So each notebook runs once in all, and chapters are spread over the workers.
    """
    from xdist.scheduler import LoadScopeScheduling

    class ByChapter(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            of_a_chapter = re.search(
                r"test_figures_(\w+)\.py|test_(?:figures|flipbook_browser|lies)\.py.*\[(\w+)[\]-]", nodeid
            )
            if of_a_chapter:
                return of_a_chapter[1] or of_a_chapter[2]
            file = nodeid.split("::", 1)[0]
            # the pages are many: each edition by itself
            return file + "[zh]" if "test_site.py" in file and "zh/" in nodeid else file

    return ByChapter(config, log) if config.getoption("dist") == "loadfile" else None


class _Handler(SimpleHTTPRequestHandler):
    def translate_path(self, path):
        path = path.partition("?")[0].partition("#")[0]
        if not path.startswith(SUB_PATH):
            return str(SITE / "nothing-lies-outside-the-sub-path")
        return super().translate_path("/" + path.removeprefix(SUB_PATH))

    def log_message(self, *args):
        pass


@pytest.fixture(scope="session")
def site():
    """The address of the built book, ending in a slash."""
    if not (SITE / "index.html").exists():
        pytest.fail("there is no built book in _build/html: run `make book` first")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=SITE)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}{SUB_PATH}"
        server.shutdown()


def chromium_path(play=None):
    """A Chromium from where tests/chromium.sh looks too; None without one."""
    path = os.environ.get("KAMEN_CHROMIUM")
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        path = path or shutil.which(name)
    if not path:
        from playwright.sync_api import sync_playwright

        with contextlib.nullcontext(play) if play else sync_playwright() as running:
            path = running.chromium.executable_path
    return path if Path(path).exists() else None


def _chromium(play):
    """The same; without one, a failure in CI, a skip elsewhere."""
    if path := chromium_path(play):
        return path
    message = "no Chromium: install Debian's `chromium`, or set KAMEN_CHROMIUM"
    (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(message)


def _wait_for_function(page, expression, *, arg=None, timeout=30_000, polling=None):
    """In place of Playwright's own, which has the page ask again and again, by an eval that pages forbid."""
    from playwright.sync_api import Error

    end = time.monotonic() + timeout / 1000
    while True:
        try:
            if page.evaluate(expression, arg):
                return
        except Error as error:  # a page that goes elsewhere is asked again there
            if "context was destroyed" not in str(error):
                raise
        if time.monotonic() > end:
            raise TimeoutError(f"not within {timeout} ms: {expression}")
        page.wait_for_timeout(15)


@pytest.fixture(scope="session")
def chromium():
    """A headless browser; make a context of your own for each visit."""
    from playwright.sync_api import Page, sync_playwright

    Page.wait_for_function = _wait_for_function
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=_chromium(play), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def firefox():
    """A headless Firefox with one tab; where there is none a skip, in `make test-lite` a failure."""
    import _firefox

    if not _firefox.path():
        message = "no Firefox: install Debian's `firefox-esr`, or set KAMEN_FIREFOX"
        (pytest.fail if os.environ.get("KAMEN_LITE_ALL") else pytest.skip)(message)
    browser = _firefox.Firefox()
    yield browser
    browser.close()


@pytest.fixture
def page(chromium):
    """A fresh page, 1280 × 800, light."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, color_scheme="light")
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def spark_context():
    """One Spark for the whole session: it takes seconds to start, and there can be but one."""
    pytest.importorskip("pyspark")
    from kamen_core.spark import connect

    # A JVM that lives for a minute gains nothing from its second compiler.
    sc = connect("local[2]", {"spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"})
    sc.addPyFile(str(Path(__file__).parent / "data" / "make_rdd_spark.py"))
    yield sc
    sc.stop()
