"""A flipbook where it is written: JupyterLab from this environment, in a real browser, with a live kernel."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat
import pytest
from nbformat import v4

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[1]
CELLS = [
    """import matplotlib.pyplot as plt
from kamen_core.flipbook import Flipbook
from kamen_core.quiz import Quiz

fig, ax = plt.subplots(figsize=(4, 2))
ax.set(xlim=(0, 10), ylim=(0, 1))
dot, = ax.plot([0], [0.5], "o", ms=12, animated=True)

def update(x, mood):
    dot.set_xdata([x])
    return f"At {x}, {mood}."

book = Flipbook(fig, update, x=range(11), mood=["calm", "wild"], start={"x": 5}, grab={"x": "x"}, play="x")
book""",
    """Quiz("Which?", [("this", True, "It is."), ("that", False, "It is not.")])""",
    """print("Python sees", book.value)""",
    """book.value = {"x": 2, "mood": "wild"}""",
]


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """A server on a free loopback port that opens no browser and touches nobody's settings."""
    home = tmp_path_factory.mktemp("lab")
    notebook = v4.new_notebook(cells=[v4.new_code_cell(source) for source in CELLS])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    (home / "work").mkdir()
    nbformat.write(notebook, home / "work" / "try.ipynb")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {
        name: str(home / name.lower())
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
    }
    own |= {"IPYTHONDIR": str(home / "ipython"), "JUPYTERLAB_SETTINGS_DIR": str(home / "settings")}
    own |= {"JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"), "PYTHONPATH": str(ROOT)}
    command = [
        sys.executable,
        *["-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", "--allow-root"],
        f"--port={port}",
    ]
    command += ["--IdentityProvider.token=", "--ServerApp.password=", "--ServerApp.port_retries=0"]
    command += ["--LabApp.news_url=", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    command += [f"--ServerApp.root_dir={home / 'work'}"]
    with (home / "log").open("w") as log:
        server = subprocess.Popen(command, env=os.environ | own, cwd=home, stdout=log, stderr=log)
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(300):
            assert server.poll() is None, (home / "log").read_text()
            try:
                urllib.request.urlopen(f"{address}/api", timeout=2).close()
                break
            except OSError:
                time.sleep(0.2)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)


def run(page, cell):
    """Until its kernel has started a notebook ignores the key, or asks which kernel: press it again."""
    for _ in range(20):
        if (dialog := page.locator("dialog.jp-Dialog button.jp-mod-accept")).count():
            dialog.click()
        cell.locator(".jp-InputArea-editor").click(timeout=5_000)
        page.keyboard.press("Control+Enter")
        for _ in range(10):
            page.wait_for_timeout(100)
            if cell.locator(".jp-InputPrompt").text_content().strip() != "[ ]:":
                return
    pytest.fail("the kernel did not start")


@pytest.mark.parametrize("path", ["/lab/tree/try.ipynb", "/notebooks/try.ipynb"], ids=["lab", "notebook"])
def test_a_flipbook_moves_by_key_by_mouse_and_by_python(lab, chromium, path):
    if path.startswith("/notebooks"):
        pytest.importorskip("notebook")
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(lab + path, wait_until="load")
    code = page.locator(".jp-CodeCell")
    code.first.wait_for(timeout=60_000)
    for k in range(2):
        run(page, code.nth(k))
    figure = page.locator("figure.kamen-flipbook[data-state=ready]")
    figure.wait_for(timeout=60_000)
    caption, slider = figure.locator("figcaption"), figure.locator("input[name=x]")
    assert caption.text_content().strip() == "At 5, calm."

    # by key, though the application wants the arrow keys for itself
    slider.focus()
    for key, x in [("ArrowRight", 6), ("ArrowUp", 7), ("ArrowLeft", 6), ("PageUp", 8), ("ArrowDown", 7)]:
        page.keyboard.press(key)
        assert caption.text_content().strip() == f"At {x}, calm.", key
    figure.locator("input[type=radio]").first.focus()
    page.keyboard.press("ArrowRight")
    assert caption.text_content().strip() == "At 7, wild."
    assert page.evaluate("document.activeElement.name") == "mood"

    # Python sees it
    def python():
        code.nth(2).locator(".jp-InputArea-editor").click()
        page.keyboard.press("Control+Enter")
        page.wait_for_timeout(400)
        return code.nth(2).locator(".jp-OutputArea-output").last.text_content().strip()

    page.wait_for_timeout(300)
    assert python() == "Python sees {'x': 7, 'mood': 'wild'}"

    # by mouse, in the picture
    figure.scroll_into_view_if_needed()
    area = figure.locator(".k-grab").bounding_box()
    middle = area["y"] + area["height"] / 2
    page.mouse.move(area["x"] + 0.7 * area["width"], middle)
    page.mouse.down()
    page.mouse.move(area["x"] + 0.1 * area["width"], middle, steps=5)
    page.mouse.up()
    assert caption.text_content().strip() == "At 1, wild."
    page.wait_for_timeout(400)
    assert python() == "Python sees {'x': 1, 'mood': 'wild'}"

    # Python moves the picture
    code.nth(3).locator(".jp-InputArea-editor").click()
    page.keyboard.press("Control+Enter")
    page.wait_for_function(
        "c => c.textContent.trim() === 'At 2, wild.'", arg=caption.element_handle(), timeout=10_000
    )
    assert slider.input_value() == "2"

    # a question answers by key
    form = page.locator("form.kamen-quiz[data-state=ready]")
    form.locator("input").first.focus()
    page.keyboard.press("ArrowDown")
    assert form.locator("output").text_content().startswith("Not quite.")
    context.close()
