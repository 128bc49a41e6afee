"""Every figure of every chapter as a picture, in two browsers: small, dark, zoomed, printed, high contrast.

The panels of a figure's screenshot are reduced to a small grey picture and compared with the one kept in
tests/data/pictures: a row for each look, a column for each figure. What follows from fonts, how lines wrap
and how sliders look, is measured in the page instead. `KAMEN_PICTURES=all` compares every figure in every
condition, `KAMEN_PICTURES=keep` (with `-p no:xdist`) keeps the pictures of today; both leave screenshots in
_build/pictures.
"""

import base64
import io
import os
from pathlib import Path

import numpy as np
import pytest
from _chapters import CHAPTERS
from _moving import settled
from PIL import Image, ImageDraw, ImageFilter
from scipy.ndimage import uniform_filter

from conftest import ROOT

pytestmark = pytest.mark.browser
WANTED = os.environ.get("KAMEN_PICTURES", "")
KEPT = Path(__file__).parent / "data" / "pictures"
SEEN = ROOT / "_build" / "pictures"
WIDTH, GAP, PATCH = 96, 4, 5  # of a small picture, between two, and of what the eye takes in at once
LINES, WORDS, OTHERS = 20, 55, 27  # grey levels of 255: outside letters, in them, outside in Firefox
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
      const r = rect(t), s = rect(t.closest("svg")), turned = Math.abs(t.getScreenCTM().b) > .1;
      const x = 3 + turned * r.width / 5, y = 2 + !turned * r.height / 5; // its box is more than its letters
      const over = [s.left - r.left - x, r.right - s.right - x, s.top - r.top - y, r.bottom - s.bottom - y];
      if (over.some(x => x > 0)) wrong.push(`cut: ${words(t)}, at its four sides by ${over.map(Math.round)}`);
    }
    const last = paper && [...figure.querySelectorAll(".k-frame")].at(-1) || figure;
    const letters = svg => [...svg.querySelectorAll("text")].filter(t => words(t) && shown(t)).map(box);
    const panel = svg => [box(svg), [svg.viewBox.baseVal.width, svg.viewBox.baseVal.height], letters(svg)];
    const name = figure.parentElement.dataset.kamenName || figure.dataset.name;
    return { name, box: box(figure), wrong,
      rows: [...last.querySelectorAll(".k-row")].map(row => [...row.querySelectorAll("svg")].map(panel)),
      ink: [...said, ...targets].map(box),
      choices: find(".k-choice").map(e =>
        [":checked", ":not(:checked)"].map(which => box(e.querySelector(which + " + span")))) };
  });
}"""

FAR = """figure => {
  const go = (control, value) => {
    control.value = value;
    control.dispatchEvent(new Event("input", { bubbles: true }));
  };
  for (const e of figure.querySelectorAll("input[type=range]")) go(e, +e.value * 2 >= +e.max ? 0 : e.max);
  for (const e of figure.querySelectorAll("select")) go(e, e.selectedIndex ? 0 : e.options.length - 1);
  for (const e of figure.querySelectorAll(".k-choice")) {
    const all = [...e.querySelectorAll("input")];
    (all[0].checked ? all.at(-1) : all[0]).click();
  }
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

    def far(self, number):
        """Every control of a figure to the end that is further from where it starts."""
        self.page.locator("figure.kamen-flipbook").nth(number).evaluate(FAR)

    def back(self, number):
        self.page.locator("figure.kamen-flipbook").nth(number).locator("button[name=reset]").click()

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
    """The panels of a figure's screenshot in grey, in their rows; and where their letters are."""
    scale = image.width / figure["box"][2]
    widest = max(sum(size[0] for _, size, _ in row) for row in figure["rows"])
    height = sum(max(round(WIDTH * h / widest) for _, (_, h), _ in row) for row in figure["rows"])
    whole, letters, y = Image.new("L", (WIDTH, height), 255), Image.new("L", (WIDTH, height), 0), 0
    for row in figure["rows"]:
        x = 0
        for (left, top, width, _), (w, h), words in row:
            x0, size = round(WIDTH * x / widest), (round(WIDTH * w / widest), round(WIDTH * h / widest))
            px, py = scale * (left - figure["box"][0]), scale * (top - figure["box"][1])
            panel = image.crop([round(v) for v in (px, py, px + scale * width, py + scale * width * h / w)])
            panel = panel.convert("L").filter(ImageFilter.GaussianBlur(panel.width / size[0] / 2))
            whole.paste(panel.resize(size, Image.Resampling.LANCZOS), (x0, y))
            for a, b, c, d in words:
                u, v, c, d = (z * size[0] / width for z in (a - left, b - top, c, d))
                along, across = (c / 4, 0) if c > d else (0, d / 4)  # another font needs more room, or less
                box = [x0 + u - along, y + v - across, x0 + u + c + along, y + v + d + across]
                box = [z + sign * (PATCH / 2 + 2) for z, sign in zip(box, (-1, -1, 1, 1), strict=True)]
                ImageDraw.Draw(letters).rectangle(box, 1)
            x += w
        y += max(round(WIDTH * h / widest) for _, (_, h), _ in row)
    return np.asarray(whole, float), np.asarray(letters, bool)


def difference(picture, kept, letters):
    """How far two pictures are apart where most: outside the letters, and in them, where fonts differ."""
    if picture.shape != kept.shape:
        return 255.0, 255.0
    apart = abs(uniform_filter(picture - kept, PATCH))
    return float((apart * ~letters).max()), float((apart * letters).max())


def same(picture, kept, letters, lines=LINES):
    outside, inside = difference(picture, kept, letters)
    return outside <= lines and inside <= WORDS


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
        sheet.save(self.path, lossless=False, quality=85, method=6)


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
    if WANTED == "keep" and "PYTEST_XDIST_WORKER" in os.environ:
        pytest.exit("pictures are kept by one process: -p no:xdist", 1)
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
    view, sheet, lines = views(chapter, kind, start), sheets[chapter], OTHERS if start else LINES
    view.become(width, settings)
    figures = view.measure()
    wrong = {f["name"]: f["wrong"] for f in figures if f["wrong"]}
    for number in chosen(condition, len(figures)):
        figure = figures[number]
        image = view.shoot(figure["box"])
        picture, letters = small(image, figure)
        if WANTED:
            leave(image, chapter, condition, number, figure["name"])
        if hidden := unseen(image, figure):
            wrong[figure["name"]] = wrong.get(figure["name"], []) + hidden
        if WANTED == "keep":
            sheet.new.setdefault((look, number), picture)
        elif sheet.columns() != len(figures):
            wrong["pictures"] = f"{sheet.columns()} kept, {len(figures)} on the page"
        elif not same(picture, kept := sheet.picture(look, number, picture), letters, lines):
            apart = "another picture, by {:.0f} and in its letters {:.0f}".format(
                *difference(picture, kept, letters)
            )
            wrong[figure["name"]] = [*wrong.get(figure["name"], []), apart]
    assert figures
    assert not wrong, wrong


# The comparison itself


@pytest.fixture
def one(views, request):
    """A chapter on the desk, at its start, and its figures."""

    def start(chapter):
        view = views(chapter, "desk")
        view.become(1280, LIGHT)
        figures = view.measure()
        return (
            view,
            figures,
            [3 * CHAPTERS.index(chapter) % len(figures)],
        )

    return start


def compared(view, sheet, number):
    """A figure as it is now, beside the kept picture."""
    figure = view.measure()[number]
    picture, letters = small(view.shoot(figure["box"]), figure)
    return same(picture, sheet.picture("wide light", number, picture), letters)


@pytest.mark.skipif(WANTED == "keep", reason="nothing is kept yet")
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_another_state_and_missing_letters_are_refused_another_font_is_not(one, sheets, chapter):
    view, figures, numbers = one(chapter)
    sheet, wrong = sheets[chapter], []
    for number in numbers:
        name = figures[number]["name"]
        seen = {"as it is": compared(view, sheet, number)}
        style = view.page.add_style_tag(content="svg text { visibility: hidden !important }")
        seen["without letters"] = compared(view, sheet, number)
        style.evaluate("e => { e.textContent = 'svg text { font-family: serif !important }' }")
        seen["another font"] = compared(view, sheet, number)
        style.evaluate("e => e.remove()")
        view.far(number)
        seen["another state"] = compared(view, sheet, number)
        view.back(number)
        wanted = {"as it is", "another font"}
        found = {what for what, alike in seen.items() if alike}
        if found != wanted:
            wrong.append((name, sorted(found ^ wanted)))
    assert not wrong, wrong
