"""A headless Chromium for the build: the one that the tests use (tests/chromium.sh finds or installs it)."""

import os
import shutil
import sys
from contextlib import contextmanager
from pathlib import Path

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
]


@contextmanager
def page(width):
    """An empty page of so many CSS pixels, that asks nobody for anything."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        path = os.environ.get("KAMEN_CHROMIUM")
        for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
            path = path or shutil.which(name)
        path = path or play.chromium.executable_path
        if not Path(path).exists():
            sys.exit("== The PDF needs Chromium: install Debian's `chromium`, or set KAMEN_CHROMIUM")
        browser = play.chromium.launch(executable_path=path, args=FLAGS)
        try:
            context = browser.new_context(viewport={"width": width, "height": 1000}, offline=True)
            yield context.new_page()
        finally:
            browser.close()
