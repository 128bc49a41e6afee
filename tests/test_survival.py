"""Whatever goes wrong, the last good site stays: in a build, and a figure on a page.

Builds are those of a tiny book, this one with its pages left out, in a folder of their own.
"""

import errno
import functools
import hashlib
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from _moving import awake

from conftest import ROOT

# What the copy takes along; pages and notebooks are its own.
TAKEN = (
    "Makefile",
    "_config.yml",
    "pyproject.toml",
    "requirements.txt",
    "constraints.txt",
    "kamen_core",
    "locale/zh_CN/LC_MESSAGES/theme.po",
    "book/build.py",
    "book/scorer.js",
    "book/_ext",
    "book/_static",
    "book/_theme",
)
# What looks at pages that a tiny book has not.
NEEDS_ALL_PAGES = ("api", "corrections", "glossary", "map", "measured", "names", "references", "search")
TOC = "format: jb-book\nroot: book/index\nchapters:\n  - file: notebooks/tiny\n"
INDEX = "# A tiny book\n\nOne chapter is enough to see what a build survives, so it has one chapter.\n"
CELL = """from pathlib import Path
from kamen_core.hold import hold

hold("notebook")
print("In two parts\\n", flush=True)  # a kernel sends them one by one
print("The answer is", Path("../kamen_core/answer.txt").read_text())"""
FAILING = "from math import sqrt\nprint(sqrt(-4))  # fails"
# Builds come to a known place and wait there for what happens to them.
HOLD = """
import os
import resource
import signal
import time
from pathlib import Path


def hold(place):
    if os.environ.get("HOLD") == place:
        Path(os.environ["HELD"], str(os.getpid())).touch()
        time.sleep(240)


def page(app, pagename, *rest):
    if pagename == "notebooks/tiny":
        hold("page")
        if "FULL" in os.environ:  # from here on there is no room on the disk
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))


def setup(app):
    app.connect("html-page-context", page)
"""
TOO_LARGE = os.strerror(errno.EFBIG)
NOWHERE = "http://127.0.0.1:1"
# A network of its own has one address, and even that sleeps.
WAKE_LO = """
import fcntl, os, socket, struct, sys
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
    fcntl.ioctl(s, 0x8914, struct.pack("16sH22x", b"lo", 0x41))
os.execvp(sys.argv[1], sys.argv[1:])
"""


def notebook(code):
    """A chapter with one cell."""
    text = "# Tiny\n\nA chapter that computes one number, shows it, and does nothing more than that."
    rest = {"id": "a", "metadata": {}, "cell_type": "markdown", "source": text}
    cell = {"id": "b", "metadata": {}, "cell_type": "code", "source": code}
    cells = [rest, cell | {"execution_count": None, "outputs": []}]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return json.dumps(
        {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    )


def copied(folder):
    """The project with one chapter."""
    for name in TAKEN:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(ROOT / name, folder / name)
    config = (folder / "_config.yml").read_text(encoding="utf-8")
    config = re.sub(rf"(?m)^ *- kamen_(?:{'|'.join(NEEDS_ALL_PAGES)})\n", "", config)
    config = config.replace("      - kamen_csp\n", "      - kamen_csp\n      - kamen_core.hold\n")
    (folder / "_config.yml").write_text(config, encoding="utf-8")
    (folder / "_toc.yml").write_text(TOC, encoding="utf-8")
    (folder / "book" / "index.md").write_text(INDEX, encoding="utf-8")
    (folder / "kamen_core" / "hold.py").write_text(HOLD, encoding="utf-8")
    for empty in ("notebooks/zh", "book/_lite"):
        (folder / empty).mkdir(parents=True)


class Book:
    """A tiny book that can be built."""

    def __init__(self, folder):
        self.folder, self.site = folder, folder / "_build" / "html"
        self.held = folder.parent / "held"

    def write(self, code=CELL, answer=42):
        """What the chapter does, and what the package knows."""
        for name, text in (("notebooks/tiny.ipynb", notebook(code)), ("kamen_core/answer.txt", str(answer))):
            file = self.folder / name
            if not file.exists() or file.read_text(encoding="utf-8") != text:  # what stays keeps its time
                file.write_text(text, encoding="utf-8")

    def command(self, *arguments, before=()):
        """`make book`, as far as it builds; what is installed serves."""
        return [*before, "make", "-o", ".venv/.ready-book", f"PY={sys.executable}", "book", *arguments]

    def environment(self, **more):
        ours = {k: v for k, v in os.environ.items() if not re.match("KAMEN_|MAKE|MFLAGS|PYTEST_", k)}
        ours |= {"PYTHONPATH": str(self.folder), "TMPDIR": str(self.folder.parent), "KAMEN_LITE": "0"}
        return ours | more

    def make(self, *arguments, before=(), limit=None, **more):
        """Build; whether it went well, and what was said."""
        done = subprocess.run(
            self.command(*arguments, before=before),
            cwd=self.folder,
            env=self.environment(**more),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=240,
            preexec_fn=functools.partial(limited, limit) if limit else None,
        )
        return done.returncode == 0, done.stdout

    def interrupt(self, how, place):
        """Build up to a place in both editions, and end all of it there."""
        shutil.rmtree(self.held, ignore_errors=True)
        self.held.mkdir()
        with (self.folder.parent / "interrupted.log").open("w") as log:
            build = subprocess.Popen(
                self.command(),
                cwd=self.folder,
                env=self.environment(HOLD=place, HELD=str(self.held)),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                until(lambda: len(self.holding()) == 2 or build.poll() is not None, 200)
                assert build.poll() is None, Path(log.name).read_text(encoding="utf-8")
                os.killpg(build.pid, how)
                build.wait(60)
                until(lambda: not any(map(alive, self.holding())), 30)
            finally:
                if build.poll() is None:
                    os.killpg(build.pid, signal.SIGKILL)
                    build.wait()
                for pid in filter(alive, self.holding()):
                    os.kill(pid, signal.SIGKILL)

    def holding(self):
        """The processes that came to where they wait."""
        return [int(path.name) for path in self.held.iterdir()]

    def state(self):
        """The site, byte for byte."""
        files = sorted(p for p in self.site.rglob("*") if p.is_file())
        return {
            p.relative_to(self.site).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files
        }

    def answers(self):
        """What the chapter shows, in English and in Chinese."""
        pages = [self.site / folder / "notebooks" / "tiny.html" for folder in ("", "zh")]
        return [re.findall(r"The answer is (\d+)", page.read_text(encoding="utf-8"))[-1] for page in pages]

    def left(self):
        """What lies beside the site, without what is meant to."""
        return {path.name for path in self.site.parent.iterdir()} - {"html", "work", "cache", "lite"}


def limited(size):
    """No file grows beyond a size: the program sees what it would see on a full disk."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def alive(pid):
    """Whether a process runs; one that ended and nobody asked about does not."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def until(condition, seconds):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    """A tiny book, built once."""
    if not shutil.which("make"):
        pytest.skip("no make")
    book = Book(tmp_path_factory.mktemp("survival") / "book")
    copied(book.folder)
    book.write()
    well, said = book.make()
    assert well, said
    assert book.answers() == ["42", "42"] and book.left() == set()
    shutil.copytree(book.folder / "_build", book.folder.parent / "good")
    return book


@pytest.fixture
def book(good):
    """The same, as it was after that build."""
    shutil.rmtree(good.folder / "_build")
    shutil.copytree(good.folder.parent / "good", good.folder / "_build")
    good.write()
    (good.site / ".complete").touch()  # after what was written back
    return good


def test_what_is_printed_in_parts_is_one_text(book):
    page = (book.site / "notebooks" / "tiny.html").read_text(encoding="utf-8")
    assert "In two parts\n\nThe answer is 42\n" in page


def test_a_book_that_is_built_is_not_built_again(book):
    well, said = book.make()
    assert well and said == "== The book is in _build/html\n"


def test_a_notebook_that_fails_is_named_and_costs_nothing(book):
    before = book.state()
    book.write(FAILING)
    well, said = book.make()
    assert not well and "was NOT built" in said
    assert "notebooks/tiny.ipynb" in said  # which one,
    assert "print(sqrt(-4))  # fails" in said  # what in it,
    assert "ValueError: math domain error" in said  # and why
    assert book.state() == before and book.left() == set()
    book.write(answer=43)
    well, said = book.make()
    assert well and book.answers() == ["43", "43"], said


@pytest.mark.parametrize(
    "how, place", [(signal.SIGINT, "notebook"), (signal.SIGKILL, "page")], ids=["SIGINT", "SIGKILL"]
)
def test_a_build_that_is_interrupted_costs_nothing(book, how, place):
    """While a notebook runs, and while its page is written, which the next build must not take for done."""
    before = book.state()
    book.write(answer=43)
    book.interrupt(how, place)
    assert book.state() == before and book.left() == set()
    well, said = book.make()
    assert well and book.answers() == ["43", "43"], said


def test_the_site_is_there_again_after_the_worst_moment(book):
    """Killed after the old site was moved away, before the new one took its place."""
    before = book.state()
    book.site.rename(book.site.with_suffix(".old"))
    (book.site.with_suffix(".new") / "half").mkdir(parents=True)
    (book.folder / "_toc.yml").write_text("no: contents", encoding="utf-8")
    well, said = book.make()
    (book.folder / "_toc.yml").write_text(TOC, encoding="utf-8")
    assert not well and "was NOT built" in said
    before.pop(".complete")  # no part of the site: to Make it says that nothing is to be done
    assert book.state() == before and book.left() == set()


@pytest.mark.parametrize(
    "size, code, answer",
    [(20_000, CELL, 43), (20_000, CELL + "  # again", 42)],
    ids=["what notebooks say", "pages"],
)
def test_on_a_full_disk_the_site_stays(book, size, code, answer):
    before = book.state()
    book.write(code, answer)
    well, said = book.make(limit=size)
    assert not well and "was NOT built" in said
    assert TOO_LARGE in said or "disk I/O error" in said, said  # SQLite has words of its own
    assert book.state() == before and book.left() == set()


def test_the_disk_is_full_when_pages_are_written(book):
    """Sphinx only warns of a page that it cannot write, and goes on."""
    before = book.state()
    book.write(answer=43)
    well, said = book.make(FULL="1")
    assert not well and "was NOT built" in said
    assert TOO_LARGE in said, said
    assert book.state() == before and book.left() == set()
    well, said = book.make()
    assert well and book.answers() == ["43", "43"], said


def test_no_room_for_the_last_part(book):
    """All pages are built, and then in-browser Python finds no room."""
    before = book.state()
    lite = book.folder / "_build" / "lite"
    lite.mkdir()
    with (lite / "large").open("wb") as file:
        file.truncate(10_000_000)
    (lite / ".complete").touch()
    (book.folder / "_toc.yml").touch()
    well, said = book.make("-o", "_build/lite/.complete", limit=9_000_000, KAMEN_LITE="1")
    assert not well and "was NOT built" in said
    assert TOO_LARGE in said, said
    assert book.state() == before and book.left() == set()


def test_no_network(book):
    """What is set up builds without one, from nothing."""
    shutil.rmtree(book.site.parent)
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy", "ftp_proxy"), NOWHERE)
    proxies |= {name.upper(): NOWHERE for name in proxies} | {"no_proxy": "", "NO_PROXY": ""}
    away = ["unshare", "-rn"] if shutil.which("unshare") else []
    if away and not subprocess.run([*away, "true"], capture_output=True).returncode:
        away += [sys.executable, "-c", WAKE_LO]
    else:
        away = []
    well, said = book.make(before=away, PIP_INDEX_URL=NOWHERE, PIP_NO_INDEX="1", **proxies)
    assert well and book.answers() == ["42", "42"], said


def cut(text):
    """A script that came half."""
    return text[: len(text) // 2]


def damaged(text):
    """A script that is one, with drawings that are none."""
    return re.sub(r'("data":")([^"]+)', lambda m: m[1] + m[2][: len(m[2]) // 8 * 4], text)


STILLS = """text => [...new DOMParser().parseFromString(text, "text/html")
  .querySelectorAll("figure.kamen-flipbook")].map(f => [f.querySelector(".k-moving").innerHTML,
    f.querySelector("figcaption").textContent.trim()])"""


@pytest.mark.browser
@pytest.mark.parametrize("harm, number", [(None, 0), (cut, 2), (damaged, 1)], ids=["lost", "cut", "damaged"])
def test_a_figure_without_its_drawings_stays_still_alone(site, page, harm, number):
    address = site + "notebooks/roc_auc.html"
    html = page.request.get(address).text()
    data = re.findall(r'"data":"(_figures/[^"]+)"', html)[number]
    harmed = []

    def harm_it(route):
        harmed.append(route.request.url)
        if not harm:
            return route.abort()
        text = route.fetch().text()
        assert harm(text) != text
        route.fulfill(body=harm(text), content_type="text/javascript")

    page.route(f"**/{data}", harm_it)
    page.goto(address, wait_until="load")
    roots = page.locator("figure.kamen-flipbook").all()
    others = [root for i, root in enumerate(roots) if i != number]
    for root in others:
        root.scroll_into_view_if_needed()
        page.wait_for_function("f => f.dataset.state === 'ready'", arg=root.element_handle())
    awake(page, ".kamen-quiz")
    assert harmed
    still = roots[number]
    still.scroll_into_view_if_needed()
    assert still.get_attribute("data-state") == "still"
    seen = [still.locator(".k-moving").first.inner_html(), still.locator("figcaption").inner_text().strip()]
    assert seen == page.evaluate(STILLS, html)[number]
    assert still.locator("svg").first.bounding_box()["width"] > 60
    assert not any(control.is_visible() for control in still.locator("input, select, button").all())
    for root in others:
        control, caption = root.locator("input, select").first, root.locator("figcaption")
        control.press("Home")
        first = caption.inner_text()
        control.press("End")
        assert caption.inner_text() != first
