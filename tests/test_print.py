"""On paper, and from a folder: the strips, a chapter printed in two ways, the zip opened without a server."""

import html
import json
import re
import subprocess
import sys
import zipfile
from xml.etree import ElementTree as ET

import downloads
import frames
import pdf
import pytest
import reading
import site_zip
from _moving import awake
from pypdf import PdfReader

from conftest import BOOK, SITE

pytestmark = pytest.mark.browser
CHAPTER = "notebooks/roc_auc.html"
MARGIN = 16 / 25.4 * 72  # points
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def book(site):
    return reading.read(SITE)


def plain(text):
    """Without spaces, hyphens and ligatures, which a PDF may set as it likes."""
    return re.sub(r"[\s­ -]|\u200b", "", text.replace("ﬁ", "fi").replace("ﬂ", "fl"))


# The strips


def test_every_page_is_in_the_book_once_and_in_order(book):
    nav = re.search(r'<nav id="site-nav".*?</nav>', (SITE / "index.html").read_text("utf-8"), re.S)[0]
    listed = re.findall(r'<li class="toctree-l1[^"]*"><a [^>]*href="([^"]+)"', nav)
    paths = [p.path for p in book.pages]
    assert paths[0] == "book/index.html" and len(set(paths)) == len(paths)
    assert [p for p in paths if p in listed] == listed
    assert all(p.part for p in book.pages[1:])


def test_every_flipbook_is_a_strip_of_up_to_three_states(book):
    total = 0
    for page in book.pages:
        built = (SITE / page.path).read_text("utf-8")
        models = frames.widgets(built, SITE)
        specs = [models[i]["state"]["spec"] for i in re.findall(r'<figure data-kamen-model="(\w+)"', built)]
        strips = reading.find(page.article, "div", "k-strip")
        assert len(strips) == len(specs) == page.figures, page.path
        for spec, strip in zip(specs, strips, strict=True):
            shown = reading.find(strip, "div", "k-frame")
            sizes = [len(p["values"]) for p in spec["params"]]
            assert len(shown) == len(set(spec["strip"])), spec["name"]
            assert len(shown) == 3 or (len(shown) == 2 and 2 in sizes), spec["name"]
            for frame in shown:
                assert reading.text_of(frame.find("p")), spec["name"]
                assert frame.find("img").get("src").removeprefix(reading.PICTURES) in page.pictures
        total += len(strips)
    assert total > 90


def test_every_picture_stands_alone(book):
    """Well-formed, no variable of the page, no definition missing or twice, nothing from elsewhere."""
    for page in book.pages:
        for name, picture in page.pictures.items():
            root = ET.fromstring(picture)
            assert root.tag == SVG + "svg", name
            ids = [e.get("id") for e in root.iter() if e.get("id")]
            links = re.findall(r'href="([^"]*)"|url\(([^)]*)\)', picture)
            links = [a or b for a, b in links]
            assert all(x.startswith(("#", "data:image/png")) for x in links), name
            assert {x[1:] for x in links if x[0] == "#"} <= set(ids), name
            assert "var(" not in picture and "calc(" not in picture, name


def test_a_page_that_is_not_its_widgets_is_refused(book):
    built = (SITE / CHAPTER).read_text("utf-8")
    figure = frames.FIGURE.search(built)
    model = json.loads(json.dumps(frames.widgets(built, SITE)[figure[1]]))
    frames.strip(figure[0], model)
    with pytest.raises(ValueError, match="does not show the start"):
        frames.strip(figure[0].replace('class="k-moving"><g', 'class="k-moving"><g x="1"', 1), model)


def test_states_and_sentences_belong_together(book):
    """The strip's middle state is what the page shows before any script runs."""
    built = (SITE / CHAPTER).read_text("utf-8")
    figure = frames.FIGURE.search(built)
    strip = frames.strip(figure[0], frames.widgets(built, SITE)[figure[1]])
    caption = re.search(r"<figcaption[^>]*>(.*?)</figcaption>", figure[0])[1]
    assert strip.captions[1] == caption and len(set(strip.captions)) == 3
    assert len(set(strip.pictures)) == 3
    dots = [float(x) for x in re.findall(r"Threshold ([\d.]+)", " ".join(strip.captions))]
    assert dots == sorted(dots) and dots[0] == 0 and dots[-1] == 1


def test_paper_cannot_be_pressed(book):
    for page in book.pages:
        tags = {e.tag for e in page.article.iter()}
        assert not tags & {"button", "input", "form", "details", "summary", "script", "style"}, page.path


def test_questions_are_answered_at_the_end(book):
    for page in book.pages:
        built = (SITE / page.path).read_text("utf-8")
        questions = reading.find(page.article, "div", "kamen-quiz")
        assert len(questions) == built.count('class="kamen-quiz"')
        if not questions:
            continue
        (answers,) = reading.find(page.article, "section", "k-answers-printed")
        assert len(answers.findall("div")) == len(questions)
        for question, answer in zip(questions, answers.findall("div"), strict=True):
            assert len(question.find("ol")) == len(answer.find("ol")) >= 2
            verdicts = [item.find("b").text for item in answer.find("ol")]
            assert len(set(verdicts)) == 2 and min(map(verdicts.count, verdicts)) == 1
        order = list(page.article.iter())
        assert order.index(answers) > max(order.index(q) for q in questions)


def test_code_that_only_makes_a_figure_is_left_out_and_solutions_stay():
    article = reading.tree(
        '<div class="cell"><details class="hide"><summary>Show</summary><pre>import it</pre></details></div>'
        '<div class="cell"><details class="hide"><summary>Show</summary><pre>Flipbook()</pre></details>'
        '<div class="cell_output">figure</div></div>'
        '<div class="cell"><details class="hide"><summary>Show</summary><pre>x = 1</pre></details></div>'
    )
    reading._code(article)
    assert "".join(article.itertext()) == "figurex = 1"


def test_html_is_read_as_browsers_do():
    root = reading.tree(
        '<p>a<br>b &amp; &#8805;<img src=x><i>c</p>d<svg viewBox="0 0 1 1"><path d=""/></svg><input checked>'
    )
    assert ET.tostring(root, encoding="unicode") == (
        '<body><p>a<br />b &amp; ≥<img src="x" /><i>c</i></p>d<svg viewBox="0 0 1 1"><path d="" /></svg>'
        '<input checked="checked" /></body>'
    )
    reading.remove(root, lambda e: e.tag in ("br", "i", "svg"))
    assert reading.text_of(root) == "ab & ≥d"


# One chapter as a PDF


@pytest.fixture(scope="module")
def printed(site, tmp_path_factory):
    """The PDF of one chapter, made as the whole book is: in a process of its own."""
    target = tmp_path_factory.mktemp("pdf") / "chapter.pdf"
    folders = [str(BOOK / "_print"), str(BOOK / "_ext")]
    code = (
        f"import sys; sys.path += {folders!r}; import pdf; from pathlib import Path;"
        f"print(pdf.write(Path({str(SITE)!r}), Path({str(target)!r}), [{CHAPTER!r}]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    if "needs Chromium" in done.stderr:
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stderr
    return done.stdout.strip(), PdfReader(target)


def test_the_pdf_has_all_of_the_chapter(printed, book):
    said, reader = printed
    assert said == "[]"  # no line leaves the page, no character lacks its font
    page = next(p for p in book.pages if p.path == CHAPTER)
    text = plain(" ".join(p.extract_text() for p in reader.pages))
    for caption in {reading.text_of(f.find("p")) for f in reading.find(page.article, "div", "k-frame")}:
        assert plain(caption) in text
    for heading in page.article.iter("h2"):
        assert plain(reading.title_of(heading)) in text
    assert "Show the code" not in text and "�" not in text


def test_the_pdf_keeps_its_margins(printed):
    for number, page in enumerate(printed[1].pages):
        assert [round(float(v)) for v in page.mediabox] == [0, 0, 595, 842]  # A4
        places = []
        page.extract_text(visitor_text=lambda text, cm, tm, *_: places.append((text, cm, tm)))  # noqa: B023
        for text, cm, tm in places:
            x, y = (tm[4] * cm[0] + tm[5] * cm[2] + cm[4], tm[4] * cm[1] + tm[5] * cm[3] + cm[5])
            if text.strip():
                assert MARGIN - 2 <= x <= 595 - MARGIN and 25 <= y <= 842 - 25, (number, text[:40], x, y)


def test_the_pdf_has_contents_that_lead_there(printed):
    reader = printed[1]
    assert reader.metadata.title.startswith("Kamen")
    titles = [o["/Title"] for o in reader.outline if not isinstance(o, list)]
    assert "ROC and AUC: how good is a ranking?" in titles
    where = reader.get_destination_page_number(reader.named_destinations["/notebooks-roc_auc"])
    assert reader.pages[1].extract_text().split()[-1] == str(where + 1)
    assert "ROC and AUC" in reader.pages[where].extract_text()
    outside = [
        str(a.get_object()["/A"]["/URI"])
        for page in reader.pages
        for a in page.get("/Annots", [])
        if "/URI" in a.get_object().get("/A", {})
    ]
    assert outside and all(url.startswith("https://") for url in outside)
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]


def test_a_missing_character_is_noticed(chromium, tmp_path):
    page = chromium.new_page()
    for name, text in {"good": "abc", "bad": "ab\U0010fffdc"}.items():
        page.set_content(f"<p style='font-family:sans-serif'>{text}</p>")
        page.pdf(path=tmp_path / f"{name}.pdf")
    page.close()
    assert pdf.missing_glyphs(tmp_path / "good.pdf") == {}
    assert pdf.missing_glyphs(tmp_path / "bad.pdf") == {0: 1}


# A page printed from the browser


def test_a_page_printed_from_the_browser_has_the_same_strips(site, chromium, book, tmp_path):
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, color_scheme="dark")
    page = context.new_page()
    page.goto(site + CHAPTER, wait_until="load")
    awake(page, ".kamen-flipbook, .kamen-quiz")
    page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True, print_background=True)
    text = plain(" ".join(p.extract_text() for p in PdfReader(tmp_path / "page.pdf").pages))
    (chapter,) = (p for p in book.pages if p.path == CHAPTER)
    captions = {reading.text_of(f.find("p")) for f in reading.find(chapter.article, "div", "k-frame")}
    assert [c for c in captions if plain(c) not in text] == []
    assert "Showthecode" not in text and "Notquite" not in text
    answer = frames.widgets((SITE / CHAPTER).read_text("utf-8"), SITE)
    answers = [c["answer"] for m in answer.values() for c in m["state"].get("choices", [])]
    assert (
        answers and [a for a in answers if plain(html.unescape(re.sub("<[^>]+>", "", a))) not in text] == []
    )
    # gone again afterwards, and the page is dark as before
    assert page.locator(".k-strip, .k-answers-printed").count() == 0
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    # while it is printed: light, one strip a figure, nothing of it wider than the paper
    page.set_viewport_size({"width": 673, "height": 900})
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    assert page.locator(".k-strip").count() == chapter.figures
    assert page.locator(".k-strip .k-frame:visible").count() == 3 * chapter.figures
    assert page.locator("figcaption:visible, .k-controls:visible, .site-header:visible").count() == 0
    wide = """[...document.querySelectorAll('.k-strip *, .katex-display, pre')].filter(e =>
        e.getBoundingClientRect().right > 675 && !e.closest('svg')).length"""
    assert page.evaluate(wide) == 0
    context.close()


# The zip


@pytest.fixture(scope="module")
def folder(site, tmp_path_factory):
    """The zip, unpacked."""
    folder = tmp_path_factory.mktemp("from zip, with a space")
    site_zip.write(SITE, folder / "site.zip")
    with zipfile.ZipFile(folder / "site.zip") as file:
        file.extractall(folder)
    return folder


def test_the_zip_is_the_site_and_the_same_every_time(folder, tmp_path):
    with zipfile.ZipFile(folder / "site.zip") as file:
        names = file.namelist()
        assert names == sorted(names) and len(set(names)) == len(names)
        assert {i.date_time for i in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert {"kamen/index.html", "kamen/search.html", f"kamen/{CHAPTER}", "kamen/_static/kamen.js"} <= set(
        names
    )
    assert not any(n.startswith("kamen/downloads") or n.endswith(".complete") for n in names)
    site_zip.write(SITE, tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == (folder / "site.zip").read_bytes()


def test_the_zip_works_from_a_folder(folder, chromium):
    """Opened by a double click: figures move, a question answers, the search finds, nobody else is asked."""
    home = (folder / "kamen" / "index.html").as_uri()
    wrong, asked = [], []
    context = chromium.new_context()
    page = context.new_page()
    page.on("console", lambda m: wrong.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda e: wrong.append(str(e)))
    page.on("requestfailed", lambda r: wrong.append(r.url))
    page.on("request", lambda r: asked.append(r.url))
    page.goto(home, wait_until="load")
    page.wait_for_selector("figure.kamen-flipbook[data-state=ready]")
    page.locator("#site-nav a[href='notebooks/roc_auc.html']").click()
    page.wait_for_selector("form.kamen-quiz[data-state=ready] >> nth=-1")
    figure = page.locator("figure.kamen-flipbook").first
    before = figure.locator("figcaption").inner_text()
    figure.locator("input[type=range]").first.press("ArrowRight")
    assert figure.locator("figcaption").inner_text() != before
    quiz = page.locator("form.kamen-quiz").first
    quiz.locator("input").first.check()
    assert quiz.locator("output").inner_text().strip()
    page.wait_for_function("location.hash.includes('=')")  # the address follows
    assert page.evaluate("document.fonts.load('1em KaTeX_Main').then(found => found.length)") >= 1
    page.locator(".search input").fill("specificity")
    page.locator(".search input").press("Enter")
    page.wait_for_selector("#search-results li a")
    page.locator("#search-results li a").first.click()
    page.wait_for_load_state()
    assert "specificity" in page.locator("main").inner_text().lower()
    context.close()
    assert wrong == []
    assert {u.split(":")[0] for u in asked} <= {"file", "data", "blob"}


def test_what_needs_a_server_is_on_the_web(tmp_path):
    for path in ("index.html", "zh/a/b.html", "lite/index.html", "downloads/kamen.pdf", ".complete"):
        (tmp_path / "site" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "site" / path).write_text(
            '<meta property="og:url" content="https://example.org/kamen/">'
            '<a href="../../lite/lab/?path=x"><a href="a/elite/b">'
            '<!--downloads--><a href="x"><!--/downloads-->'
        )
    site_zip.write(tmp_path / "site", tmp_path / "site.zip")
    with zipfile.ZipFile(tmp_path / "site.zip") as file:
        assert file.namelist() == ["kamen/index.html", "kamen/zh/a/b.html"]
        links = re.findall(r'href="([^"]*)"', file.read("kamen/zh/a/b.html").decode())
    assert links == ["https://example.org/kamen/lite/lab/?path=x", "a/elite/b"]


# Links to what was made


def test_links_stand_only_where_something_was_made(tmp_path):
    made = tmp_path / "made"
    made.mkdir()
    for name in ("kamen.pdf", "kamen-zh.pdf", "kamen.epub", "kamen-site.zip"):
        (made / name).write_bytes(b"x" * 250_000)
    site = tmp_path / "site"
    (site / "zh" / "book").mkdir(parents=True)
    empty = '<html lang="{}"><footer><!--downloads--><!--/downloads--></footer>'
    (site / "index.html").write_text(empty.format("en"), encoding="utf-8")
    (site / "zh" / "book" / "a.html").write_text(empty.format("zh-Hans"), encoding="utf-8")
    for _ in range(2):  # again changes nothing
        downloads.place(site, sorted(made.iterdir()))
        english = (site / "index.html").read_text("utf-8")
        chinese = (site / "zh" / "book" / "a.html").read_text("utf-8")
        assert re.findall(r'href="([^"]*)"', english) == [
            "downloads/kamen.pdf",
            "downloads/kamen.epub",
            "downloads/kamen-site.zip",
        ]
        assert re.findall(r'href="([^"]*)"', chinese) == [
            "../../downloads/kamen-zh.pdf",
            "../../downloads/kamen-site.zip",
        ]
        assert "PDF (0.2 MB)" in english or "PDF (0.3 MB)" in english
    assert (site / "downloads" / "kamen.pdf").stat().st_size == 250_000
    assert downloads.link(english, "") == empty.format("en")
    for path in (p for p in SITE.rglob("*.html") if "lite" not in p.relative_to(SITE).parts):
        assert downloads.PLACE.search(path.read_text("utf-8")), path
