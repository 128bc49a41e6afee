"""Every flipbook of every chapter in a real browser: moved by key, mouse and finger, shared, broken."""

import itertools
import json
import re

import pytest
from _chapters import CHAPTERS, chapter
from _moving import Moving, awake, settled

pytestmark = pytest.mark.browser
WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 375, "height": 812}


def figures(page, name):
    """The page's flipbooks, each with its twin in Python, in order."""
    roots = page.locator("figure.kamen-flipbook").all()
    books = chapter(name).flipbooks
    assert [r.get_attribute("data-name") for r in roots] == [b.name for b in books.values()]
    return [Moving(root, book) for root, book in zip(roots, books.values(), strict=True)]


@pytest.fixture(scope="module", params=CHAPTERS)
def name(request):
    return request.param


@pytest.fixture(scope="module")
def visit(site, chromium, name):
    """One visit of a chapter, for the tests that leave every figure at its start."""
    context = chromium.new_context(viewport=WIDE, color_scheme="light")
    page = context.new_page()
    page.clock.install()  # so that nobody has to wait while a figure plays
    settled(page, f"{site}notebooks/{name}.html")
    yield figures(page, name)
    context.close()


@pytest.fixture(scope="module")
def phone(site, chromium, name):
    """The same on a phone."""
    context = chromium.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    page = context.new_page()
    settled(page, f"{site}notebooks/{name}.html")
    yield figures(page, name)
    context.close()


@pytest.fixture
def open_page(site, chromium):
    """Open pages in contexts of their own."""
    contexts = []

    def open_(name, fragment="", route=None, wait=True, clock=False, **options):
        contexts.append(chromium.new_context(**{"viewport": WIDE, "color_scheme": "light"} | options))
        page = contexts[-1].new_page()
        if route:
            page.route(*route)
        if clock:
            page.clock.install()
        address = f"{site}notebooks/{name}.html{fragment}"
        settled(page, address) if wait else page.goto(address, wait_until="load")
        return page

    yield open_
    for context in contexts:
        context.close()


# By key


def test_every_figure_starts_where_python_says(visit):
    for figure in visit:
        figure.agrees(figure.start)
        assert figure.root.locator("figcaption").get_attribute("aria-live") == "polite"
        pictures = figure.root.locator(".k-pictures")
        assert pictures.get_attribute("role") == "img"
        assert pictures.get_attribute("aria-labelledby") == figure.root.locator("figcaption").get_attribute(
            "id"
        )


def test_sliders_by_key(visit):
    for figure in visit:
        for d, p in enumerate(figure.params):
            n = len(p["values"])
            if isinstance(p["values"][0], str):
                continue
            figure.centre()
            figure.control(p["name"]).focus()
            scrolled = figure.page.evaluate("scrollY")
            page = max(2, round(n / 10 + 1e-9))
            i, far = figure.start[d], 10 * n
            for key, by in [
                ("Home", -far),
                ("ArrowLeft", -1),
                ("ArrowRight", 1),
                ("ArrowUp", 1),
                ("ArrowDown", -1),
                ("PageUp", page),
                ("PageDown", -page),
                ("End", far),
                ("ArrowRight", 1),
                ("ArrowUp", 1),
                ("PageUp", page),
                ("ArrowLeft", -1),
                ("ArrowDown", -1),
                ("PageDown", -page),
            ]:
                i = max(0, min(n - 1, i + by))
                figure.page.keyboard.press(key)
                at = list(figure.start)
                at[d] = i
                figure.agrees(at)
            assert figure.page.evaluate("document.activeElement.name") == p["name"]
            assert figure.page.evaluate("scrollY") == scrolled  # the page did not move along
            figure.reset()


def test_choices_by_key(visit):
    for figure in visit:
        for d, p in enumerate(figure.params):
            if not isinstance(p["values"][0], str):
                continue
            figure.centre()
            radios = figure.control(p["name"])
            radios.nth(figure.start[d]).focus() if radios.count() > 1 else radios.focus()
            n, at = len(p["values"]), list(figure.start)
            for key, to in [
                ("Home", 0),
                ("End", n - 1),
                ("ArrowLeft", n - 2),
                ("ArrowDown", n - 1),
                ("ArrowUp", n - 2),
            ]:
                figure.page.keyboard.press(key)
                at[d] = max(0, to)
                figure.agrees(at)
            assert figure.page.evaluate("document.activeElement.name") == p["name"]
            figure.reset()


def test_choices_by_mouse(visit):
    for figure in visit:
        for d, p in enumerate(figure.params):
            controls = figure.control(p["name"])
            if not isinstance(p["values"][0], str):
                continue
            for i in range(len(p["values"])):
                if controls.count() > 1:
                    figure.root.locator(f'label:has([name="{p["name"]}"][value="{i}"])').click()
                else:
                    controls.select_option(str(i))
                at = list(figure.start)
                at[d] = i
                figure.agrees(at)
            figure.reset()


def test_every_slider_moves_the_picture(visit):
    """Not only the sentence: what is drawn differs between the ends."""
    for figure in visit:
        for p in figure.params:
            pictures = set()
            for i in (0, len(p["values"]) - 1, len(p["values"]) // 2):
                figure.root.evaluate(
                    """(root, [name, i]) => {
                      const all = [...root.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
                      const one = all[0].type === "radio" ? all[i] : all[0];
                      if (one.type === "radio") one.checked = true; else one.value = i;
                      one.dispatchEvent(new Event("input", { bubbles: true }));
                    }""",
                    [p["name"], i],
                )
                figure.agrees()
                moving = "root => [...root.querySelectorAll('.k-moving')].map(g => g.innerHTML).join()"
                pictures.add(figure.root.evaluate(moving))
            assert len(pictures) > 1, (figure.spec["name"], p["name"])
        figure.reset()


# By mouse


def _areas(figure):
    """Grabs by the area they share."""
    areas = {}
    for grab in figure.spec["grab"]:
        areas.setdefault((grab["panel"], tuple(grab["box"])), []).append(grab)
    return areas.values()


def test_dragging_in_the_picture(visit):
    dragged = 0
    for figure in visit:
        names = [p["name"] for p in figure.params]
        mouse = figure.page.mouse
        for grabs in _areas(figure):
            figure.centre()
            for moved in [grabs] if _plane(grabs) else [[g] for g in grabs]:
                figure.reset()
                figure.centre()
                sizes = {g["name"]: len(g["x"] or g["y"]) for g in moved}
                now = dict(zip(names, figure.start, strict=True))
                mouse.move(*_point(figure, moved, now))
                mouse.down()
                for share in (0.5, 1, 0):
                    now |= {n: round(share * (size - 1)) for n, size in sizes.items()}
                    mouse.move(*_point(figure, moved, now), steps=2)
                    at = dict(zip(names, figure.agrees(), strict=True))
                    for g in moved:
                        assert at[g["name"]] in figure.near(g, now[g["name"]]), (
                            figure.spec["name"],
                            g["name"],
                        )
                    assert {n: at[n] for n in names if n not in sizes} == {
                        n: now[n] for n in names if n not in sizes
                    }
                    live = figure.root.locator("figcaption").get_attribute("aria-live")
                    assert live == "off", figure.spec["name"]
                mouse.up()
                assert figure.root.locator("figcaption").get_attribute("aria-live") == "polite"
                mouse.move(*_point(figure, moved, dict(zip(names, figure.start, strict=True))))
                assert figure.agrees() == tuple(at.values())  # let go is let go
                # arrow keys go on where the drag ended
                focused = figure.page.evaluate("document.activeElement.name")
                assert focused in sizes
                dragged += 1
                figure.reset()
    assert dragged


def _plane(grabs):
    return len(grabs) == 2 and sum(not g["y"] for g in grabs) == sum(not g["x"] for g in grabs) == 1


def _point(figure, grabs, at):
    points = [figure.target(g, at[g["name"]]) for g in grabs]
    if len(points) == 1:
        return points[0]
    x = next(p[0] for p, g in zip(points, grabs, strict=True) if g["x"])
    y = next(p[1] for p, g in zip(points, grabs, strict=True) if g["y"])
    return x, y


# Play


def test_play_runs_and_stops(visit):
    for figure in visit:
        button = figure.root.locator("button[name=play]")
        if not figure.spec["play"]:
            assert button.count() == 0
            continue
        d = [p["name"] for p in figure.params].index(figure.spec["play"])
        n = len(figure.params[d]["values"])
        step = max(40, min(500, 8000 / n))  # milliseconds
        control, clock = figure.control(figure.spec["play"]), figure.page.clock
        caption = figure.root.locator("figcaption")
        control.press("Home")
        button.click()
        assert button.text_content() == "Pause"
        assert caption.get_attribute("aria-live") == "off"
        clock.run_for(2.2 * step)
        assert int(control.input_value()) >= min(2, n - 1)
        figure.agrees()
        if n > 12:
            button.click()
            assert button.text_content() == "Play"
            stopped = figure.agrees()
            clock.run_for(3 * step)
            assert figure.agrees() == stopped
        # it ends at the end, and says so
        control.press("End")
        control.press("ArrowLeft")
        button.click()
        clock.run_for(1.2 * step)
        assert button.text_content() == "Play"
        assert figure.agrees()[d] == n - 1
        assert caption.get_attribute("aria-live") == "polite"
        # from the end it begins again
        button.click()
        assert int(control.input_value()) < n - 1
        control.press("ArrowRight")  # whoever moves, stops it
        assert button.text_content() == "Play"
        figure.reset()


def test_play_with_reduced_motion(open_page, name):
    """A few still pictures, a second each."""
    page = open_page(name, reduced_motion="reduce", clock=True)
    figure = max(figures(page, name), key=lambda f: bool(f.spec["play"]))
    if not figure.spec["play"]:
        pytest.skip("nothing plays in this chapter")
    control = figure.control(figure.spec["play"])
    n = int(control.get_attribute("max")) + 1
    control.press("Home")
    page.clock.pause_at(page.evaluate("Date.now() + 1000"))
    figure.root.locator("button[name=play]").click()
    page.clock.run_for(950)
    assert control.input_value() == "0"
    page.clock.run_for(100)
    assert int(control.input_value()) == min(n - 1, -(-n // 8))


# The address


def test_a_state_is_shared_by_its_address(open_page, name):
    page = open_page(name)
    moved = {}
    for figure in figures(page, name):
        for d, p in enumerate(figure.params):
            control = figure.control(p["name"])
            (control.nth(figure.start[d]) if control.count() > 1 else control).press("End")
        moved[figure.spec["name"]] = figure.agrees()
        page.wait_for_timeout(120)
    page.wait_for_timeout(300)
    address = page.url
    assert "#" in address
    page.reload()
    awake(page, ".kamen-flipbook")
    for figure in figures(page, name):
        figure.agrees(moved[figure.spec["name"]])
    shared = open_page(name, "#" + address.split("#")[1])
    for figure in figures(shared, name):
        figure.agrees(moved[figure.spec["name"]])
        figure.reset()  # and taken out of the address again
    assert "#" not in shared.url


def first(params):
    return next((p for p in params if not isinstance(p["values"][0], str)), params[0])


@pytest.mark.parametrize(
    "value",
    [
        "",
        "nonsense",
        "NaN",
        "Infinity",
        "-",
        "<img src=x onerror=window.pwned=1>",
        "javascript:alert(1)",
        "%00",
        "__proto__",
    ],
)
def test_a_crafted_address_changes_nothing(open_page, value):
    name = CHAPTERS[0]
    wrong = []
    books = chapter(name).flipbooks.values()
    fragment = "#" + "&".join(f"{b.name}.{p}={value}" for b in books for p in b.values)
    page = open_page(name, fragment + "&__proto__.x=1&constructor=2&threshold.nothing=3")
    page.on("pageerror", lambda e: wrong.append(str(e)))
    for figure in figures(page, name):
        figure.agrees(figure.start)
        assert figure.root.locator("img, script, iframe").count() == 0
    assert page.evaluate("window.pwned") is None and wrong == []


def test_a_number_between_goes_to_its_neighbour(open_page, name):
    book = next(
        b
        for b in chapter(name).flipbooks.values()
        if not isinstance(first(b.widget.spec["params"])["values"][0], str)
    )
    p = first(book.widget.spec["params"])
    low, high = p["values"][0], p["values"][1]
    page = open_page(name, f"#{book.name}.{p['name']}={low + 0.6 * (high - low)!r}")
    figure = next(f for f in figures(page, name) if f.spec["name"] == book.name)
    assert figure.control(p["name"]).input_value() == "1"
    figure.agrees()
    # the figure that was shared is in sight
    box = figure.root.bounding_box()
    assert 0 <= box["y"] + box["height"] / 2 <= WIDE["height"]


def test_a_link_to_a_heading_resets_nothing(visit):
    figure, page = visit[0], visit[0].page
    p = first(figure.params)
    control = figure.control(p["name"])
    control.press("End")
    at = figure.agrees()
    page.wait_for_timeout(150)
    heading = page.locator("main h2[id], main section[id]").nth(1).get_attribute("id")
    page.evaluate("id => { location.hash = id }", heading)
    page.wait_for_timeout(100)
    figure.agrees(at)
    control.press("ArrowLeft")  # the state takes the address over again
    page.wait_for_function("location.hash.includes('=')")
    figure.reset()


def test_an_address_typed_into_an_open_page_is_followed(visit):
    figure, page = visit[0], visit[0].page
    p = first(figure.params)
    page.evaluate("h => { location.hash = h }", f"{figure.spec['name']}.{p['name']}={p['text'][-1]}")
    d = figure.params.index(p)
    page.wait_for_timeout(200)
    assert figure.agrees()[d] == len(p["values"]) - 1
    figure.reset()


# Several on a page


STATE = r'(<script type="application/vnd\.jupyter\.widget-state\+json"[^>]*>)(.*?)(</script>)'


def twice(route):
    """The chapter's page with its first flipbook once more, as a widget of its own."""
    response = route.fetch()
    text = response.text()
    (still,) = re.findall(r"<figure data-kamen-model=.*?</figure>", text, re.S)[:1]
    model = re.search(r'data-kamen-model="(\w+)"', still)[1]
    body = re.search(STATE, text, re.S)[2]
    state = json.loads(body)
    state["state"]["twin"] = state["state"][model]
    text = text.replace(body, json.dumps(state).replace("</", "<\\/"))
    text = text.replace(still, still + still.replace(model, "twin"), 1)
    route.fulfill(response=response, body=text)


def test_two_flipbooks_of_one_name_do_not_collide(open_page):
    name = CHAPTERS[0]
    page = open_page(name, route=("**/notebooks/*.html", twice))
    books = list(chapter(name).flipbooks.values())
    one, two = (Moving(page.locator("figure.kamen-flipbook").nth(i), books[0]) for i in range(2))
    p = first(one.params)
    start = one.at
    two.control(p["name"]).press("End")
    one.agrees(start)
    assert two.agrees() != start
    one.control(p["name"]).press("Home")
    page.wait_for_timeout(300)
    both = one.agrees(), two.agrees()
    assert f"{books[0].name}.{p['name']}=" in page.url and f"{books[0].name}-2.{p['name']}=" in page.url
    page.reload()
    awake(page, ".kamen-flipbook")
    assert (one.agrees(), two.agrees()) == both
    # one id, one element: clips and markers of one are not those of the other, nor are the sentences
    ids = page.evaluate("[...document.querySelectorAll('figcaption[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))


# Light and dark


def test_figures_follow_the_theme(open_page):
    inks = {}
    for scheme in ("light", "dark"):
        page = open_page(CHAPTERS[0], color_scheme=scheme)
        inks[scheme] = page.evaluate(
            """() => {
              const of = e => getComputedStyle(e), f = document.querySelector("figure.kamen-flipbook");
              return [of(f).color, of(f.querySelector("svg")).fill, of(f.querySelector("figcaption")).color,
                      of(document.documentElement).backgroundColor, of(f).backgroundColor];
            }"""
        )
    assert all(a != b for a, b in zip(inks["light"][:4], inks["dark"][:4], strict=True)), inks
    assert inks["dark"][4] == "rgba(0, 0, 0, 0)"
    # a switch on the page is followed too
    page = open_page(CHAPTERS[0])
    before = page.evaluate("getComputedStyle(document.querySelector('.kamen-flipbook')).color")
    page.locator(".theme-switch").click()
    assert page.evaluate("getComputedStyle(document.querySelector('.kamen-flipbook')).color") != before


# Without, or with a broken, script


def pictured(page, name):
    """Every figure shows its first drawing and sentence, and no control that does nothing."""
    for root, book in zip(
        page.locator("figure.kamen-flipbook").all(), chapter(name).flipbooks.values(), strict=True
    ):
        root.scroll_into_view_if_needed()
        assert root.get_attribute("data-state") == "still"
        for svg in root.locator("svg").all():
            box = svg.bounding_box()
            assert box["width"] > 60 and box["height"] > 20
        at = tuple(
            p["values"].index(book.widget.spec["start"][p["name"]]) for p in book.widget.spec["params"]
        )
        assert root.locator("figcaption").inner_text().strip() == Moving(root, book).captions[at]
        for control in root.locator("input, select, button").all():
            assert not control.is_visible()


def test_without_javascript(open_page, name):
    page = open_page(name, wait=False, java_script_enabled=False)
    pictured(page, name)


@pytest.mark.parametrize(
    "script",
    [
        "export default { render() { throw new Error('broken') } };",
        "this is no JavaScript",
        "throw new Error('broken')",
        None,  # it does not come
    ],
)
def test_with_a_broken_script_the_picture_stays(open_page, script):
    name = CHAPTERS[0]
    broken = []

    def replaced(route):
        response = route.fetch()
        if "part of a flipbook" not in response.text():
            return route.fulfill(response=response)
        broken.append(route.request.url)
        route.abort() if script is None else route.fulfill(body=script, content_type="text/javascript")

    page = open_page(name, wait=False, route=("**/*.js", replaced))
    page.wait_for_load_state("networkidle")
    assert len(broken) == 1
    pictured(page, name)
    # and what has another script still works
    awake(page, ".kamen-quiz")


def test_nothing_jumps(open_page, name):
    """The widget takes over without a shift of the layout."""
    for viewport in (WIDE, PHONE):
        page = open_page(name, viewport=viewport)
        page.wait_for_load_state("networkidle")
        page.evaluate("document.querySelectorAll('figure.kamen-flipbook').forEach(f => f.scrollIntoView())")
        page.wait_for_timeout(200)
        shift = page.evaluate(
            """() => new Promise(done => {
              let sum = 0;
              new PerformanceObserver(list => { for (const e of list.getEntries()) sum += e.value; })
                .observe({ type: "layout-shift", buffered: true });
              setTimeout(() => done(sum), 200);
            })"""
        )
        assert shift < 0.02


# On a phone


def touch(page, points, pause=0):
    """A finger along these points."""
    client = page.context.new_cdp_session(page)

    def send(kind, *at):
        client.send(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in at]}
        )

    send("touchStart", points[0])
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        for k in range(1, 11):
            send("touchMove", (x0 + (x1 - x0) * k / 10, y0 + (y1 - y0) * k / 10))
    page.wait_for_timeout(pause)
    send("touchEnd")
    page.wait_for_timeout(150)


def test_a_finger_drags_and_a_swipe_scrolls(phone):
    touched, page = 0, phone[0].page
    for figure in phone:
        for grab in figure.spec["grab"]:
            d = [p["name"] for p in figure.params].index(grab["name"])
            n = len(figure.params[d]["values"])
            if not grab["x"] or grab["y"] or not _alone(figure, grab):
                continue
            figure.centre()
            x0, y0 = figure.target(grab, figure.start[d])
            wanted = 0 if figure.start[d] > n / 2 else n - 1
            x1, _ = figure.target(grab, wanted)
            before = page.evaluate("scrollY")
            touch(page, [(x0, y0), (x1, y0)])
            assert figure.agrees()[d] in figure.near(grab, wanted)
            assert abs(page.evaluate("scrollY") - before) < 5  # a longer sentence may shift the page a little
            # a tap goes where it taps
            touch(page, [(x0, y0)])
            assert figure.agrees()[d] in figure.near(grab, figure.start[d])
            # a swipe down the picture scrolls the page and leaves the figure alone
            figure.reset()
            figure.centre()
            x0, y0 = figure.target(grab, wanted)
            before = page.evaluate("scrollY")
            touch(page, [(x0, y0), (x0, y0 - 150)], pause=100)
            page.wait_for_timeout(300)
            assert page.evaluate("scrollY") > before + 50
            figure.agrees(figure.start)
            touched += 1
    if not touched:
        pytest.skip("nothing in this chapter is dragged along x alone")


def _alone(figure, grab):
    return sum(g["panel"] == grab["panel"] and g["box"] == grab["box"] for g in figure.spec["grab"]) == 1


def test_targets_are_large_enough_for_a_finger(phone):
    small = phone[0].page.evaluate(
        """[...document.querySelectorAll(
             ".kamen-flipbook :is(button, input[type=range], select, .k-choice label), .kamen-quiz label")]
           .map(e => [e.textContent.trim(), e.getBoundingClientRect()])
           .filter(([, r]) => r.height < 24 || r.width < 24).map(([t, r]) => [t, r.width, r.height])"""
    )
    assert small == []


def test_a_figure_on_a_phone_is_readable(phone):
    """No letter of a drawing is smaller than 9 pixels at 375."""
    small = phone[0].page.evaluate(
        """[...document.querySelectorAll(".kamen-flipbook svg text")].map(t => {
             const svg = t.closest("svg");
             const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
             return [t.textContent, scale * parseFloat(getComputedStyle(t).fontSize)];
           }).filter(([, size]) => size < 9)"""
    )
    assert small == []


# Questions


def test_questions_by_key_and_show_me(open_page, name):
    page = open_page(name, reduced_motion="reduce")
    moving = dict(zip(chapter(name).flipbooks, figures(page, name), strict=True))
    quizzes = chapter(name).quizzes
    forms = page.locator("form.kamen-quiz").all()
    assert len(forms) == len(quizzes)
    for form, quiz in zip(forms, quizzes, strict=True):
        radios = form.locator("input[type=radio]")
        output = form.locator("output")
        assert output.text_content() == "" and form.locator(".k-answers").count() == 0
        radios.first.focus()
        page.keyboard.press("Space")
        for i, choice in enumerate(quiz.choices):
            if i:
                page.keyboard.press("ArrowDown")
            assert radios.nth(i).is_checked()
            said = output.text_content()
            assert said.startswith("Right." if choice["right"] else "Not quite.")
            assert output.get_attribute("data-right") == str(choice["right"]).lower()
            plain = re.sub(r"<[^>]+>", "", choice["answer"])
            assert (
                page.evaluate(
                    "t => { const d = document.createElement('div'); d.innerHTML = t; return d.textContent }",
                    plain,
                )
                in said
            )
            assert output.locator("button[name=show]").count() == len(choice["show"])
            for k, (address, values) in enumerate(choice["show"].items()):
                output.locator("button[name=show]").nth(k).click()
                figure = moving[address]
                start = dict(zip([p["name"] for p in figure.params], figure.start, strict=True))
                wanted = [
                    p["values"].index(values[p["name"]]) if p["name"] in values else start[p["name"]]
                    for p in figure.params
                ]
                figure.agrees(wanted)
                in_sight = (
                    "e => { const r = e.getBoundingClientRect(); return r.bottom > 0 && r.y < innerHeight }"
                )
                page.wait_for_function(in_sight, arg=figure.root.element_handle())
                radios.nth(i).focus()
        page.keyboard.press("ArrowDown")  # round to the first
        assert radios.first.is_checked()
    # the last answers are remembered
    page.reload()
    awake(page, ".kamen-quiz")
    for form in page.locator("form.kamen-quiz").all():
        assert form.locator("input").first.is_checked() and form.locator("output").text_content()
