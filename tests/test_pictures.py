"""Every figure of every chapter as a picture, in two browsers: small, dark, zoomed, printed, high contrast.

The panels of a figure's screenshot are reduced to a small grey picture and compared with the one kept in
tests/data/pictures: a row for each look, a column for each figure. What follows from fonts, how lines wrap
and how sliders look, is measured in the page instead. `KAMEN_PICTURES=all` compares every figure in every
condition, `KAMEN_PICTURES=keep` keeps the pictures of today; both leave screenshots in _build/pictures.
"""

import base64
import io
import os
from pathlib import Path

import numpy as np
import pytest
from _chapters import CHAPTERS
from _moving import settled
from PIL import Image, ImageFilter
from scipy.ndimage import uniform_filter

from conftest import ROOT

pytestmark = pytest.mark.browser
WANTED = os.environ.get("KAMEN_PICTURES", "")
KEPT = Path(__file__).parent / "data" / "pictures"
SEEN = ROOT / "_build" / "pictures"
WIDTH, GAP, PATCH = 96, 4, 5  # of a small picture, between two, and of what the eye takes in at once
MEAN, LOCAL = 4, 40  # grey levels of 255; measured, see test_another_state_is_refused
HEIGHT, HEADER = 2400, 80  # of a window that holds any figure, and of what may cover its top
LOOKS = ["phone light", "phone dark", "wide light", "wide dark", "high contrast", "print"]

# Condition: the page it is seen on, its width, its look, and what else the browser is told.
LIGHT, DARK = {"color_scheme": "light"}, {"color_scheme": "dark"}
CONDITIONS = {
    "375 light": ("phone", 375, "phone light", LIGHT),
    "375 dark": ("phone", 375, "phone dark", DARK),
    "320 light": ("phone", 320, "phone light", LIGHT),
    "320 dark": ("phone", 320, "phone dark", DARK),
    "high contrast": ("phone", 375, "high contrast", LIGHT | {"forced_colors": "active"}),
    "reduced motion": ("phone", 375, "phone light", LIGHT | {"reduced_motion": "reduce"}),
    "1280 dark": ("desk", 1280, "wide dark", DARK),
    "1280 light": ("desk", 1280, "wide light", LIGHT),
    "1920 light": ("desk", 1920, "wide light", LIGHT),
    "1920 dark": ("desk", 1920, "wide dark", DARK),
    "print": ("desk", 673, "print", LIGHT | {"media": "print"}),  # A4 without its margins
    "zoom 400 %": ("zoomed", 320, "phone light", LIGHT),  # a window of 1280 pixels
    "no script": ("still", 1280, "wide light", LIGHT),
    "firefox 375 light": ("firefox", 375, "phone light", LIGHT),
    "firefox 1280 dark": ("firefox", 1280, "wide dark", DARK),
}
WHOLE = {"375 light", "1280 dark"}  # every figure, every time
FIREFOX = ["firefox 375 light", "firefox 1280 dark"]  # chapters take turns, with every figure
SETTINGS = {"color_scheme": "light", "forced_colors": "none", "reduced_motion": "no-preference"}
PAGES = {
    "phone": {"viewport": {"width": 375, "height": HEIGHT}, "has_touch": True, "is_mobile": True},
    "desk": {"viewport": {"width": 1280, "height": HEIGHT}},
    "zoomed": {"viewport": {"width": 320, "height": HEIGHT}, "device_scale_factor": 4},
    "still": {"viewport": {"width": 1280, "height": HEIGHT}, "java_script_enabled": False},
}

# The boxes of every figure on the page: itself, its panels row by row (in print those of its last frame), its
# sentences and controls; and what is wrong with them.
MEASURE = """() => {
  const box = e => {
    const r = e.getBoundingClientRect();
    return [r.left + scrollX, r.top + scrollY, r.width, r.height].map(x => Math.round(100 * x) / 100);
  };
  const shown = e => e.getClientRects().length && getComputedStyle(e).visibility === "visible";
  const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
  const least = matchMedia("(pointer: coarse)").matches ? 44 : 24, paper = matchMedia("print").matches;
  const words = e => e.textContent.trim().slice(0, 40);
  return [...document.querySelectorAll("figure.kamen-flipbook")].map(figure => {
    const rect = e => e.getBoundingClientRect(), wrong = [];
    const find = which => [...figure.querySelectorAll(which)].filter(shown);
    const svgs = find("svg"), said = find("figcaption, .k-frame p");
    const targets = find("button, select, input[type=range], .k-choice label");
    const live = figure.dataset.state === "ready" && !paper, edge = document.documentElement.clientWidth + .5;
    if (!svgs.length) wrong.push("no picture");
    if (!said.length || said.some(e => !words(e))) wrong.push("no sentence");
    if (live && !targets.length) wrong.push("no control");
    if (!live && targets.length) wrong.push("controls that do nothing");
    const solid = [...svgs, ...said, ...targets];
    for (const e of [figure, ...solid])
      if (rect(e).left < -.5 || rect(e).right > edge) wrong.push(`wider than the window: ${e.localName}`);
    solid.forEach((a, i) => solid.slice(i + 1).forEach(b => {
      if (meet(rect(a), rect(b))) wrong.push(`${a.localName} overlaps ${b.localName} ${words(b)}`);
    }));
    for (const e of targets)
      if (rect(e).height < least - .1) wrong.push(`${rect(e).height} px high: ${e.localName} ${words(e)}`);
    for (const t of svgs.flatMap(svg => [...svg.querySelectorAll("text")])) {
      if (!words(t) || !shown(t)) continue;
      const r = rect(t), s = rect(t.closest("svg")), y = 2 + r.height / 5; // the box is more than the letters
      const over = [s.left - r.left - 2, r.right - s.right - 2, s.top - r.top - y, r.bottom - s.bottom - y];
      if (over.some(x => x > 0)) wrong.push(`cut: ${words(t)}, at its four sides by ${over.map(Math.round)}`);
    }
    const last = paper && [...figure.querySelectorAll(".k-frame")].at(-1) || figure;
    const panel = svg => [box(svg), [svg.viewBox.baseVal.width, svg.viewBox.baseVal.height]];
    const name = figure.parentElement.dataset.kamenName || figure.dataset.name;
    return { name, box: box(figure), wrong,
      rows: [...last.querySelectorAll(".k-row")].map(row => [...row.querySelectorAll("svg")].map(panel)),
      ink: [...said, ...targets].map(box),
      choices: find(".k-choice").map(e =>
        [":checked", ":not(:checked)"].map(which => box(e.querySelector(which + " + span")))) };
  });
}"""


def image_of(data):
    return Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB")


class Chromium:
    """A chapter in Chromium, on a page of one kind."""

    def __init__(self, browser, address, kind):
        self._context = browser.new_context(**PAGES[kind], **SETTINGS)
        self.page = self._context.new_page()
        self._talk = self._context.new_cdp_session(self.page)
        self.page.goto(address) if kind == "still" else settled(self.page, address)
        self.kind = kind

    def become(self, width, settings):
        self.page.set_viewport_size({"width": width, "height": HEIGHT})
        self.page.emulate_media(**{"media": "screen"} | SETTINGS | settings)
        if self.kind == "still":
            return
        theme = settings["color_scheme"]
        self.page.wait_for_function("t => document.documentElement.dataset.theme === t", arg=theme)
        event = "beforeprint" if settings.get("media") else "afterprint"
        self.page.evaluate("event => dispatchEvent(new Event(event))", event)
        self.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")

    def measure(self):
        return self.page.evaluate(MEASURE)

    def shoot(self, box):
        """What is in a box of the page, as an image, never beyond the window: that would end touch."""
        assert box[3] < HEIGHT - 2 * HEADER
        self.page.evaluate("top => scrollTo({ top, behavior: 'instant' })", box[1] - HEADER)
        clip = dict(zip(("x", "y", "width", "height"), box, strict=True)) | {"scale": 1}
        return image_of(
            self._talk.send("Page.captureScreenshot", {"clip": clip, "optimizeForSpeed": True})["data"]
        )

    def show(self, name, values):
        detail = {"name": name, "values": values}
        self.page.evaluate("detail => dispatchEvent(new CustomEvent('kamen:show', { detail }))", detail)

    def close(self):
        self._context.close()


class Firefox:
    """The same in Firefox, which has one tab for all."""

    def __init__(self, firefox, address):
        self._firefox = firefox
        firefox.resize(1280, HEIGHT)
        firefox.goto(address)
        firefox.evaluate("document.documentElement.classList.remove('lazy')")
        firefox.wait_for(
            "[...document.querySelectorAll('.kamen-flipbook')].every(e => e.dataset.state === 'ready')"
        )

    def become(self, width, settings):
        self._firefox.resize(width, HEIGHT)
        switch = "document.querySelector('.theme-switch').click()"
        theme = "document.documentElement.dataset.theme"
        if self._firefox.evaluate(theme) != settings["color_scheme"]:
            self._firefox.evaluate(switch)
        assert self._firefox.evaluate(theme) == settings["color_scheme"]

    def measure(self):
        return self._firefox.evaluate(f"({MEASURE})()")

    def shoot(self, box):
        return image_of(self._firefox.screenshot(*box))

    def close(self):
        pass


# Small pictures


def small(image, figure):
    """The panels of a figure's screenshot, in their rows, in grey."""
    left, top, width, _ = figure["box"]
    scale = image.width / width
    widest = max(sum(size[0] for _, size in row) for row in figure["rows"])
    panels, y = [], 0
    for row in figure["rows"]:
        x = 0
        for (px, py, pw, ph), (w, h) in row:
            at = [scale * v for v in (px - left, py - top, px - left + pw, py - top + ph)]
            size = round(WIDTH * (x + w) / widest) - round(WIDTH * x / widest), round(WIDTH * h / widest)
            panel = image.crop([round(v) for v in at]).convert("L")
            panel = panel.filter(ImageFilter.GaussianBlur(panel.width / size[0] / 2))
            panels.append((panel.resize(size, Image.Resampling.LANCZOS), (round(WIDTH * x / widest), y)))
            x += w
        y += max(round(WIDTH * h / widest) for _, (w, h) in row)
    whole = Image.new("L", (WIDTH, y), 255)
    for panel, place in panels:
        whole.paste(panel, place)
    return np.asarray(whole, float)


def difference(a, b):
    """How far two pictures are apart: everywhere on average, and where most."""
    if a.shape != b.shape:
        return 255.0, 255.0
    return abs(a - b).mean(), abs(uniform_filter(a - b, PATCH)).max()


def same(a, b):
    mean, local = difference(a, b)
    return mean <= MEAN and local <= LOCAL


class Sheet:
    """A chapter's kept pictures: a row for each look, a column for each figure."""

    def __init__(self, chapter):
        self.path = KEPT / f"{chapter}.webp"
        self.new = {}
        self._old = np.asarray(Image.open(self.path).convert("L"), float) if self.path.exists() else None

    def picture(self, look, number, like):
        """The kept picture, in the size of another."""
        height = self._old.shape[0] // len(LOOKS)
        y, x = LOOKS.index(look) * height, number * (WIDTH + GAP)
        return self._old[y : y + like.shape[0], x : x + WIDTH]

    def columns(self):
        return 0 if self._old is None else (self._old.shape[1] + GAP) // (WIDTH + GAP)

    def save(self):
        height = max(len(p) for p in self.new.values()) + GAP
        columns = 1 + max(number for _, number in self.new)
        sheet = Image.new("L", (columns * (WIDTH + GAP) - GAP, height * len(LOOKS)), 255)
        for (look, number), p in self.new.items():
            place = number * (WIDTH + GAP), LOOKS.index(look) * height
            sheet.paste(Image.fromarray(p.round().astype(np.uint8)), place)
        KEPT.mkdir(exist_ok=True)
        sheet.save(self.path, lossless=False, quality=70, method=6)


# The visits


def visits():
    """Every chapter in every condition; Firefox, which is slow, takes them in turns."""
    turns = [
        (chapter, condition)
        for i, chapter in enumerate(CHAPTERS)
        for condition in CONDITIONS
        if WANTED == "all" or condition not in FIREFOX or condition == FIREFOX[i % 2]
    ]
    return [(c, d) for c, d in turns if WANTED != "keep" or d not in FIREFOX]


def chosen(condition, n):
    """The figures to compare: all, or two, others in each condition."""
    if WANTED or condition in WHOLE or condition in FIREFOX:
        return range(n)
    k = 2 * list(CONDITIONS).index(condition)
    return [k % n, (k + 1) % n]


@pytest.fixture(scope="module")
def views(site, chromium):
    """A chapter's pages, those of one chapter at a time."""
    pages, now = {}, [None]

    def view(chapter, kind, firefox=None):
        if now[0] != chapter:
            while pages:
                pages.popitem()[1].close()
            now[0] = chapter
        if kind not in pages:
            address = f"{site}notebooks/{chapter}.html"
            pages[kind] = Firefox(firefox(), address) if firefox else Chromium(chromium, address, kind)
        return pages[kind]

    yield view
    while pages:
        pages.popitem()[1].close()


@pytest.fixture(scope="module")
def sheets():
    kept = {chapter: Sheet(chapter) for chapter in CHAPTERS}
    yield kept
    for sheet in kept.values():
        if WANTED == "keep" and sheet.new:
            sheet.save()


def leave(image, chapter, condition, number, name):
    """A screenshot to be looked at."""
    folder = SEEN / chapter / condition.replace(" ", "-").replace("-%", "")
    folder.mkdir(parents=True, exist_ok=True)
    image.save(folder / f"{number:02}-{name}.png")


def unseen(image, figure):
    """The sentences and controls that do not stand out, and the choices where the chosen one does not."""
    left, top, width, _ = figure["box"]
    scale, grey = image.width / width, np.asarray(image.convert("L"), float)

    def part(box):
        x, y, w, h = (scale * v for v in (box[0] - left, box[1] - top, *box[2:]))
        return grey[max(0, round(y)) : round(y + h), max(0, round(x)) : round(x + w)]

    faint = [f"faint: {box}" for box in figure["ink"] if np.ptp(part(box)) < 80]
    alike = [
        f"not seen to be chosen: {on}"
        for on, off in figure["choices"]
        if abs(np.median(part(on)) - np.median(part(off))) < 30
    ]
    return faint + alike


@pytest.mark.parametrize("chapter, condition", visits(), ids=lambda v: v)
def test_every_figure_is_seen(views, sheets, request, chapter, condition):
    kind, width, look, settings = CONDITIONS[condition]
    start = (lambda: request.getfixturevalue("firefox")) if kind == "firefox" else None
    view, sheet = views(chapter, kind, start), sheets[chapter]
    view.become(width, settings)
    figures = view.measure()
    wrong = {f["name"]: f["wrong"] for f in figures if f["wrong"]}
    for number in chosen(condition, len(figures)):
        figure = figures[number]
        image = view.shoot(figure["box"])
        picture = small(image, figure)
        if WANTED:
            leave(image, chapter, condition, number, figure["name"])
        if hidden := unseen(image, figure):
            wrong[figure["name"]] = wrong.get(figure["name"], []) + hidden
        if WANTED == "keep":
            sheet.new.setdefault((look, number), picture)
        elif sheet.columns() != len(figures):
            wrong["pictures"] = f"{sheet.columns()} kept, {len(figures)} on the page"
        elif not same(picture, sheet.picture(look, number, picture)):
            apart = difference(picture, sheet.picture(look, number, picture))
            wrong.setdefault(figure["name"], []).append("another picture: {:.1f}, {:.1f}".format(*apart))
    assert figures
    assert wrong == {}
