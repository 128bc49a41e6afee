"""What a flipbook costs: to draw, on a page, from a key to the paint: ``python benchmarks/flipbook.py``.

Drawing is counted in seconds of the processor, so that a busy machine does not disturb it. The last needs
the built book and a Chromium (``KAMEN_CHROMIUM``, or one on the path); without a book it is left out.
"""

from _timing import table  # first: it sets the number of threads

# isort: split
import base64
import gzip
import json
import os
import shutil
import statistics
import threading
import time
import zlib
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from kamen_core import datasets
from kamen_core.figures import roc_auc
from kamen_core.flipbook import Flipbook

SITE = Path(__file__).resolve().parents[1] / "_build" / "html"
REPEATS = 5
KEYS = 60


def figures():
    """The kinds of figure in the book: several panels, a grid of states, many bars."""
    y_true, y_score = datasets.breast_cancer_scores()
    return {
        "threshold, 60 states": lambda: roc_auc.threshold(y_true, y_score, 60),
        "threshold, 101 states": lambda: roc_auc.threshold(y_true, y_score),
        "pairs": roc_auc.pairs,
        "separation × negatives": roc_auc.separation,
    }


def drawing(repeats=REPEATS):
    """Seconds a figure and milliseconds a state, all included, medians; bytes as drawn and as sent."""
    made = figures()
    seconds, books = {name: [] for name in made}, {}
    for _ in range(repeats):
        for name, make in made.items():
            fig, update, params = make()
            start = time.process_time()
            books[name] = Flipbook(fig, update, **params)
            seconds[name].append(time.process_time() - start)
    rows = []
    for name, book in books.items():
        page = base64.b64encode(book.data) + json.dumps(book.spec).encode() + zlib.decompress(book.page)
        raw = len(zlib.decompress(book.data)) + len(zlib.decompress(book.page))
        n, took = len(book.captions), statistics.median(seconds[name])
        rows.append((name, n, took, 1000 * took / n, raw / 1000, len(gzip.compress(page)) / 1000))
    return rows


PAINTED = """slider => new Promise(done => {
  addEventListener("keydown", e => {
    const pressed = e.timeStamp;
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - pressed)));
  }, { capture: true, once: true });
})"""


def key_to_paint(keys=KEYS):
    """Milliseconds from a key to the end of the frame that shows its state, for the flipbooks of the site."""
    from playwright.sync_api import sync_playwright

    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("KAMEN_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    quiet = type("Quiet", (SimpleHTTPRequestHandler,), {"log_message": lambda *args: None})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(quiet, directory=SITE))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    rows = []
    with server, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        for chapter in sorted((SITE / "notebooks").glob("*.html")):
            page, times = browser.new_page(viewport={"width": 1280, "height": 800}), []
            page.goto(f"http://127.0.0.1:{server.server_port}/notebooks/{chapter.name}")
            every = "figure.kamen-flipbook"
            ready = f"[...document.querySelectorAll('{every}')].every(f => f.dataset.state === 'ready')"
            page.wait_for_function(ready)
            for slider in page.locator(f"{every} input[type=range]").all():
                slider.focus()
                page.keyboard.press("Home")
                for _ in range(min(keys, int(slider.get_attribute("max")))):
                    page.evaluate("() => new Promise(requestAnimationFrame)")
                    wait = slider.evaluate_handle(f"s => ({{ promise: ({PAINTED})(s) }})")
                    page.keyboard.press("ArrowRight")
                    times.append(wait.evaluate("w => w.promise"))
            rows.append((chapter.stem, len(times), statistics.median(times), max(times)))
            page.close()
        browser.close()
        server.shutdown()
    return rows


if __name__ == "__main__":
    header = ("figure", "states", "s a figure", "ms a frame", "raw kB", "gzipped kB")
    print(table(drawing(), header), end="\n\n")
    if (SITE / "notebooks").is_dir():
        print(table(key_to_paint(), ("chapter", "keys", "key to paint, median ms", "worst ms")))
    else:
        print("Key to paint: not measured, there is no built book (make book).")
