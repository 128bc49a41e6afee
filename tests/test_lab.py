"""A chapter in JupyterLab, as Binder and a reader's own machine show it: the figure moves by key and by drag.

``KAMEN_LAB_PYTHON`` names another interpreter, for instance of an environment made from ``binder/`` alone.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import TimeoutError

pytestmark = pytest.mark.browser
NOTEBOOK = Path(__file__).resolve().parents[1] / "notebooks" / "roc_auc.ipynb"


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The address of a JupyterLab on a copy of the notebook, with settings of its own."""
    home = tmp_path_factory.mktemp("lab")
    shutil.copy(NOTEBOOK, home)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {f"JUPYTER_{d}_DIR": str(home / d.lower()) for d in ("CONFIG", "DATA", "RUNTIME")}
    settings |= {f"JUPYTERLAB_{d}_DIR": str(home / d.lower()) for d in ("SETTINGS", "WORKSPACES")}
    command = [os.environ.get("KAMEN_LAB_PYTHON", sys.executable), "-m", "jupyter", "lab", "--no-browser"]
    command += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0", "--ServerApp.ip=127.0.0.1"]
    command += [f"--ServerApp.root_dir={home}", "--IdentityProvider.token=", "--ServerApp.allow_root=True"]
    command += ["--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    log = (home / "lab.log").open("w")
    server = subprocess.Popen(command, cwd=home, env=os.environ | settings, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{address}/api", timeout=2).close()
                break
            except OSError:
                if server.poll() is not None:
                    break
                time.sleep(0.5)
        else:
            server.kill()
        if server.poll() is not None:
            pytest.fail("JupyterLab did not start:\n" + (home / "lab.log").read_text()[-2000:])
        yield address
    finally:
        server.terminate()
        server.wait(30)
        log.close()


def test_the_first_figure_moves_by_key_and_by_drag(lab, chromium):
    context = chromium.new_context(viewport={"width": 1280, "height": 1400})
    page = context.new_page()
    page.set_default_timeout(120_000)
    choose = page.locator(".jp-Dialog button.jp-mod-accept")  # on a slow start it asks which Python
    page.add_locator_handler(choose, lambda: choose.click())
    page.goto(f"{lab}/lab/tree/{NOTEBOOK.name}")
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
    page.locator(".jp-NotebookPanel-toolbar [data-status=idle]").wait_for()  # the kernel is there
    started = page.locator(".jp-InputPrompt", has_text=re.compile(r"\[(\*|1)\]")).first
    for _ in range(10):  # a click while the kernel is still being chosen is lost
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        try:
            started.wait_for(timeout=10_000)
            break
        except TimeoutError:
            continue

    # cells out of view stay in the page, hidden, and not in their order
    figure = page.locator("figure.kamen-flipbook[data-state=ready]:visible").first
    page.locator(".jp-Notebook").hover()
    for _ in range(60):  # the view has gone to the last cell, and what is out of view is not in the page
        page.mouse.wheel(0, -20_000)
        page.wait_for_timeout(1000)
        if figure.is_visible():
            break
    figure.wait_for()
    caption, slider = figure.locator("figcaption"), figure.locator("input[type=range]").first
    before = caption.inner_text()
    slider.focus()
    page.keyboard.press("ArrowRight")  # JupyterLab would like this key for itself
    page.wait_for_function("([c, t]) => c.innerText !== t", arg=[caption.element_handle(), before])

    grab = figure.locator(".k-grab").first
    grab.scroll_into_view_if_needed()
    box, before = grab.bounding_box(), caption.inner_text()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.5, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.2, middle, steps=5)
    page.mouse.up()
    page.wait_for_function("([c, t]) => c.innerText !== t", arg=[caption.element_handle(), before])
    assert float(slider.input_value()) != 0
    context.close()
