"""A flipbook on a page in a real browser, beside the same flipbook in Python."""

import itertools

LOOK = """(root, names) => {
  const all = names.map(n => [...root.querySelectorAll(`[name="${CSS.escape(n)}"]`)]);
  return {
    at: all.map(c => +(c[0].type === "radio" ? c.find(r => r.checked) : c[0]).value),
    caption: root.querySelector("figcaption").textContent.trim(),
    said: all.map(([c]) =>
      c.type === "range" ? [c.getAttribute("aria-valuetext"), c.nextElementSibling.textContent] : null),
  };
}"""


def settled(page, address):
    """Visit, and wait until every figure and question answers."""
    page.goto(address, wait_until="load")
    awake(page, ".kamen-flipbook, .kamen-quiz")


def awake(page, which):
    """Wait until all that a selector finds is ready."""
    script = """which => !document.documentElement.matches(".lazy")
      && [...document.querySelectorAll(which)].every(e => e.dataset.state === "ready")"""
    page.wait_for_function(script, arg=which, timeout=20_000)


class Moving:
    """One flipbook of a page.

    Parameters
    ----------
    root : playwright.sync_api.Locator
        Its ``figure``.
    recorded : _chapters.Recorded
        What it has to be.
    """

    def __init__(self, root, recorded):
        self.root, self.page = root, root.page
        self.spec = recorded.widget.spec
        self.params = self.spec["params"]
        sizes = [range(len(p["values"])) for p in self.params]
        self.captions = dict(zip(itertools.product(*sizes), recorded.widget.captions, strict=True))

    def control(self, name):
        return self.root.locator(f'[name="{name}"]')

    @property
    def at(self):
        """The index of every parameter, as the controls show it."""
        return tuple(self._look()["at"])

    def _look(self):
        """All that is to be seen and heard, in one question to the browser."""
        return self.root.evaluate(LOOK, [p["name"] for p in self.params])

    @property
    def start(self):
        return tuple(p["values"].index(self.spec["start"][p["name"]]) for p in self.params)

    def agrees(self, at=None):
        """Controls, sentence and what a screen reader hears say the same state, and it is the wanted one."""
        seen = self._look()
        now = tuple(seen["at"])
        assert at is None or now == tuple(at), (self.spec["name"], now, at)
        assert seen["caption"] == self.captions[now], (self.spec["name"], now)
        for p, i, said in zip(self.params, now, seen["said"], strict=True):
            assert said == (None if isinstance(p["values"][0], str) else [p["text"][i]] * 2)
        return now

    def reset(self):
        self.root.locator("button[name=reset]").click()
        self.agrees(self.start)

    def centre(self):
        """Scroll it to the middle of the window, under no header."""
        self.root.evaluate("e => e.scrollIntoView({ block: 'center', behavior: 'instant' })")

    def place(self, panel, x, y):
        """The point of the window where the panel's point (x, y) is."""
        box = self.root.locator(".k-picture").nth(panel).bounding_box()
        width, height = self.spec["size"][panel]
        return box["x"] + x / width * box["width"], box["y"] + y / height * box["height"]

    def target(self, grab, i):
        """Where in the window the i-th value of a grab is."""
        left, top, width, height = grab["box"]
        x = grab["x"][i] if grab["x"] else left + width / 2
        y = grab["y"][i] if grab["y"] else top + height / 2
        # a curve may run outside its axes, a hand may not
        x, y = min(max(x, left + 1), left + width - 1), min(max(y, top + 1), top + height - 1)
        return self.place(grab["panel"], x, y)

    def near(self, grab, i):
        """The values of a grab that lie where the i-th lies, give or take a pixel."""

        def distance(j):
            return sum((grab[k][j] - grab[k][i]) ** 2 for k in "xy" if grab[k]) ** 0.5

        n = len(grab["x"] or grab["y"])
        return {j for j in range(n) if distance(j) <= 1}
