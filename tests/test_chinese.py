"""The Chinese edition: nothing untranslated, one term for one thing, and nothing lost on the way.

The catalogues are read as the build reads them and held to the English sources; `make messages` brings them
up to date. What the pages look like is for test_chinese_site.py.
"""

import collections
import io
import json
import re
import string
import sys
import warnings
from pathlib import Path

import matplotlib as mpl
import pytest
from babel.messages.pofile import read_po
from matplotlib.figure import Figure

from kamen_core import language
from kamen_core.flipbook import STYLE, Flipbook
from kamen_core.quiz import Choice, Quiz

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "locale"), str(ROOT / "book" / "_ext")]
import kamen_glossary  # noqa: E402, I001
import messages  # noqa: E402
import notebooks  # noqa: E402

CATALOGUES = [*sorted(messages.PAGES.rglob("*.po")), messages.CORE]
every_catalogue = pytest.mark.parametrize("path", CATALOGUES, ids=lambda p: p.stem)


def none(found, what):
    """The whole list, not pytest's first line of it."""
    if found:
        pytest.fail("\n".join([f"{len(found)} {what}:", *map(str, found)]), pytrace=False)


@pytest.fixture(scope="module")
def wanted():
    """Every catalogue as it has to be for the English of now."""
    return messages.catalogues()


def test_every_sentence_is_translated(wanted):
    """A list of what is not, English that changed included."""
    none(messages.missing(wanted), "sentences have no Chinese")


def test_the_catalogues_hold_what_the_sources_say_and_nothing_else(wanted):
    """Else: `make messages`."""
    there = {path: path.read_text(encoding="utf-8") for path in CATALOGUES}
    assert set(there) == set(wanted)
    assert [path.stem for path in CATALOGUES if there[path] != wanted[path]] == []


def test_the_chinese_notebooks_are_made_from_the_english_ones():
    """Else: `make messages`."""
    made = notebooks.texts()
    assert {p for p in notebooks.FOLDER.iterdir() if p.suffix == ".ipynb"} == set(made)
    assert [p.name for p, text in made.items() if p.read_text(encoding="utf-8") != text] == []


def test_their_code_is_the_english_ones():
    for path in notebooks.notebooks():
        english, chinese = (
            [c for c in json.loads(p.read_text(encoding="utf-8"))["cells"] if c["cell_type"] == "code"]
            for p in (path, notebooks.FOLDER / path.name)
        )
        assert "".join(chinese[0]["source"]) == notebooks.FIRST
        assert chinese[1:] == english


def test_their_links_lead_somewhere():
    for path in notebooks.FOLDER.glob("*.ipynb"):
        text = "".join("".join(c["source"]) for c in json.loads(path.read_text(encoding="utf-8"))["cells"])
        for target in re.findall(r"\]\((?!\w+:)([^)#\s]+)", text):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


@pytest.mark.parametrize(
    "source, chinese",
    [
        ("One.\n\nOne, two.", "一。\n\n一、二。"),
        ("- One.\n- One, two.", "- 一。\n- 一、二。"),
        ("1. One.\n   > One.", "1. 一。\n   > 一。"),
        ("## One.\n| One. | x |\n|---|---|\n| y | One. |", "## 一。\n| 一。 | x |\n|---|---|\n| y | 一。 |"),
        (":::{admonition} One.\n:class: x\nTwo\nlines.\n:::", ":::{admonition} 一。\n:class: x\n两行。\n:::"),
        ("No One. here", "No One. here"),
    ],
)
def test_a_text_is_replaced_only_where_it_is_a_whole_one(source, chinese):
    translations = {"One.": "一。", "One, two.": "一、二。", "Two\nlines.": "两行。"}
    assert notebooks.translated(source, translations)[0] == chinese


def test_links_from_a_folder_deeper():
    assert (
        notebooks.translated("[a](../book/x.md), [b](lda.ipynb)", {})[0]
        == "[a](../../book/x.md), [b](lda.ipynb)"
    )


def entries(path):
    """``(English, Chinese)`` of a catalogue; every form of a plural is one."""
    with path.open("rb") as file:
        for message in read_po(file, "zh_CN"):
            chinese = message.string if isinstance(message.string, str) else message.string[0]
            for english in [message.id] if isinstance(message.id, str) else message.id:
                if english and chinese:
                    yield english, chinese


@every_catalogue
def test_nothing_is_guessed_or_left_over(path):
    text = path.read_text(encoding="utf-8")
    assert "fuzzy" not in re.findall(r"^#, .*", text, flags=re.M)
    assert "#~" not in text
    assert not re.search(r"POT-Creation-Date|^#: ", text, flags=re.M)


TOKENS = [r"\$\$?[^$]+\$\$?", r"`+[^`]+`+", r"\]\(([^)]*)\)", r"\{[a-z_]+[^{}`]*\}"]


def tokens(text):
    """Formulas, code, the targets of links, places to fill: what has to come through as it is."""
    found = collections.Counter()
    for pattern in TOKENS:
        found.update(re.findall(pattern, text))
        text = re.sub(pattern, " ", text)
    return found


@every_catalogue
def test_formulas_code_links_and_places_come_through(path):
    changed = []
    for english, chinese in entries(path):
        before, after = tokens(english), tokens(chinese)
        if path == messages.CORE:  # of "{n} step" and "{n} steps" one translation: places are told below
            before, after = ({t: n for t, n in c.items() if t[0] != "{"} for c in (before, after))
        if before != after:
            changed.append((english, chinese))
    none(changed, "sentences lost or gained formulas, code, links or places")


def places(text):
    return {(name, spec, how) for _, name, spec, how in string.Formatter().parse(text) if name is not None}


def test_sentences_of_figures_can_be_filled():
    """The same places, with the same formats, under one name; a lone brace is seen here too."""
    wrong, catalogue = [], language.Catalogue(messages.CORE)
    for message in messages.from_code():
        forms = [message] if isinstance(message, str) else message
        chinese = catalogue.gettext(forms[-1])
        if not re.search(r"\{\w*[:!}]", forms[-1]):
            continue
        if not places(chinese) == places(forms[-1]) >= places(forms[0]):
            wrong.append((forms[-1], chinese))
    assert wrong == []


CJK = "\u3400-\u9fff"
RULES = {
    "a space between Chinese and Latin or digits": rf"[{CJK}][A-Za-z0-9]|[A-Za-z0-9%][{CJK}]",
    "full-width punctuation": rf"[{CJK}][,;:!?](?!\S*\))|[{CJK}]\.(?!\d)|[{CJK}]\([^)]*[{CJK}]",
    "a straight quotation mark": rf"[{CJK}]\"|\"[{CJK}]|[{CJK}]'",
    "three full stops": r"\.\.\.|。。",
    "a space beside full-width punctuation": r"[，。；：！？、（）“”] (?=\S)|[^\s*\-|>] [，。；：！？、）”]",
}
TITLES = re.compile(
    r"《[^》]*》|\[[^]]*小记\]|\]\([^)]*\)|`+[^`]*`+|\$[^$]*\$|https?://\S+"
)  # as their authors write them


@pytest.mark.parametrize("rule", RULES)
def test_the_setting_of_chinese(rule):
    wrong, gap = [], "\u2060"
    for path in CATALOGUES:
        for _, chinese in entries(path):
            if match := re.search(RULES[rule], TITLES.sub(gap, chinese)):
                at = slice(max(0, match.start() - 12), match.end() + 12)
                wrong.append(f"{path.stem}: {TITLES.sub(gap, chinese)[at]}")
    none(wrong, f"places break: {rule}")


# Terms: the glossary's own word, the short form that stands for it, or the name that both languages use.
SHORT = {
    "full-outer-join": "外连接",
    "posterior-distribution": "后验",
    "prior-distribution": "先验",
    "roc-curve": "ROC 曲线",
}
NAMES = {
    "cache",
    "coalesce",
    "cogroup",
    "repartition",
    "aggregate",
    "shuffle",
}  # functions, named in running text
EVERYDAY = {  # the beginning of a sentence in which the word is not the term
    "bias": ["Why correct at all?", "m and v estimate moments"],
    "centre-word": [
        "By probability mass",
        "The column speaks of a probability *density*",
        "A vector of three",
        "Small α",
        "Between them.",
    ],
    "context-words": [
        "no Spark:",
        "A context that runs",
        "With `--no-deps`",
        "Two contexts",
        "On the driver",
        "The small context",
    ],
    "shuffle": ["The column shows two pieces"],
    "slope": ["You stand on", "You found the", "The usual picture", "The column fears", "Momentum with γ"],
    "backpropagation": [
        "It also writes O(V)",
        "It calls the step",
        "Backpropagation, as a",
        "Gradient descent, back",
    ],  # misspelt words are quoted
    "second-derivative": ["Adam corrects because"],  # beside the first
    "gradient-descent": ["It also writes O(V)", "Gradient descent, back"],
}


def test_one_term_one_translation():
    """Where the English has a term of the glossary, the Chinese has the glossary's Chinese for it."""
    expression, slugs = kamen_glossary.any_term()
    text = kamen_glossary.FILE.read_text(encoding="utf-8")
    chinese_of = {
        re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-"): chinese
        for heading, chinese in re.findall(r"^### (.+)\n\n([^.\n]+)\.", text, flags=re.M)
    }
    wrong, seen = [], 0
    for path in CATALOGUES:
        if path.stem in ("glossary", "theme"):
            continue
        for english, chinese in entries(path):
            for match in expression.finditer(messages.SAME.sub(" ", english)):
                slug, form = slugs[match.lastindex - 1], match[0]
                seen += 1
                known = [*re.split(r"[、/；]", chinese_of[slug]), SHORT.get(slug, "\0")]
                if (
                    re.search("[A-Z]", form[1:])
                    or form.isupper()
                    or form.lower().rstrip("sd") in NAMES | {"cache"}
                ):
                    known.append(form.rstrip("s"))
                if any(word in chinese for word in known):
                    continue
                if not any(english.startswith(start) for start in EVERYDAY.get(slug, ())):
                    wrong.append(
                        f"{path.stem}: {form} is {chinese_of[slug]}: {english[:60]} … {chinese[:60]}"
                    )
    none(wrong, "terms are not the glossary's")
    assert seen > 500


def test_the_exceptions_are_needed():
    english = [e for path in CATALOGUES for e, _ in entries(path)]
    starts = [start for starts in EVERYDAY.values() for start in starts]
    assert [start for start in starts if not any(e.startswith(start) for e in english)] == []


# What kamen_core does with the catalogue


def test_the_catalogue_is_read_as_others_read_it():
    """Against Babel's reader, with a text of every kind of difficulty."""
    ours = language.Catalogue(messages.CORE).messages
    with messages.CORE.open("rb") as file:
        theirs = {m.id: m.string for m in read_po(file, "zh_CN") if m.id}
    for key, string_ in theirs.items():
        for one in [key] if isinstance(key, str) else key:
            assert ours.get(one, "") == (string_ if isinstance(string_, str) else string_[0])


def test_the_catalogue_reads_lines_quotes_and_plurals(tmp_path):
    path = tmp_path / "x.po"
    text = messages.text_of(
        ['a "b"\n\tc \\d', ("{n} step", "{n} steps"), "empty"],
        {'a "b"\n\tc \\d': '甲“乙”\n"丙" \\', "{n} step": "{n} 步"},
    )
    path.write_text(text, encoding="utf-8")
    catalogue = language.Catalogue(path)
    assert catalogue.gettext('a "b"\n\tc \\d') == '甲“乙”\n"丙" \\'
    assert catalogue.gettext("empty") == "empty"
    assert catalogue.gettext("") == ""
    assert catalogue.gettext("unknown") == "unknown"
    for n in (0, 1, 2):
        assert catalogue.ngettext("{n} step", "{n} steps", n) == "{n} 步"
    assert catalogue.ngettext("one", "many", 1) == "one"
    assert catalogue.ngettext("one", "many", 2) == "many"
    assert messages.missing({messages.ROOT / "x.po": text}) == ["x.po: empty"]


def test_english_is_what_the_source_says(monkeypatch):
    for chosen in ("en", "", "de", "EN_us"):
        monkeypatch.setenv("KAMEN_LANG", chosen)
        assert language.language() == "en"
        assert language._("Play") == "Play"
        assert language.plural("one", "many", 1) == "one"
    monkeypatch.delenv("KAMEN_LANG")
    assert language._("Play") == "Play"
    for chosen in ("zh", "zh_CN.UTF-8", "ZH"):
        monkeypatch.setenv("KAMEN_LANG", chosen)
        assert language._("Play") == "播放"


def test_messages_are_found_inside_fstrings_too(tmp_path):
    path = tmp_path / "x.py"
    path.write_text(
        'f"<b>{escape(_(\'In\'))}</b>"; plural("1", "n", 3); _(name); other("no")\n', encoding="utf-8"
    )
    assert list(messages.from_calls(path)) == ["In", ("1", "n")]


@pytest.mark.parametrize(
    "message, expected",
    [
        ("A word.", True),
        ("$x$ and $y$", True),
        ("$x$, `y`", False),
        ("0.86", False),
        ("`a`, `b`", False),
        ("\nh_t = z_t\n", False),
        (r"\frac{a}{b} \text{ for all } i", False),
        ("{n} rows", True),
        ("{n}", False),
    ],
)
def test_what_there_is_to_translate(message, expected):
    assert messages.has_words(message) is expected


def test_a_question_comes_in_chinese(monkeypatch):
    english, chinese = next(
        (e, z)
        for e, z in entries(messages.CORE)
        if e in set(messages.from_questions(notebooks.notebooks()[0]))
    )
    choices = [Choice("yes", True, "So it is."), Choice("no", False, "Look again.")]
    before = Quiz(english, choices)
    monkeypatch.setenv("KAMEN_LANG", "zh")
    quiz = Quiz(english, choices)
    assert chinese in re.sub("</?code>", "`", quiz.page) and "答案" in quiz.page
    assert quiz.key == before.key  # an answer is remembered in both languages
    assert quiz.words["right"] != before.words["right"]


def test_a_figure_comes_in_chinese(monkeypatch):
    monkeypatch.setenv("KAMEN_LANG", "zh")
    fig = Figure()
    (dot,) = fig.add_subplot().plot([0], [0], animated=True)
    book = Flipbook(fig, lambda step: dot.set_xdata([step]) or "。", step=[0, 1], play="step")
    assert book.spec["params"][0]["label"] == "步"
    assert ">播放<" in book._html and ">重置<" in book._html


def test_chinese_is_measured_without_a_chinese_font():
    """Each sign as wide as it is high, and no complaint; bold and slanted as well."""
    with mpl.rc_context(STYLE), warnings.catch_warnings():
        warnings.simplefilter("error")
        fig = Figure(dpi=72)
        for style in ({}, {"weight": "bold"}, {"style": "italic"}):
            one, six = (
                fig.text(0, 0, text, size=10, **style).get_window_extent() for text in ("阈", "阈值，阈值。")
            )
            assert abs(six.width - one.width - 50) <= 1.5
            assert 8 <= six.height <= 12
            mixed = fig.text(0, 0, "阈值 0.5", size=10, **style).get_window_extent().width
            plain = fig.text(0, 0, " 0.5", size=10, **style).get_window_extent().width
            assert abs(mixed - plain - 20) <= 2.5


def test_the_font_of_widths_is_what_its_script_makes(tmp_path, monkeypatch):
    from kamen_core.data import make_cjk_widths

    there = Path(make_cjk_widths.__file__).with_name("cjk_widths.ttf").read_bytes()
    monkeypatch.setattr(make_cjk_widths, "__file__", str(tmp_path / "make_cjk_widths.py"))
    make_cjk_widths.make()
    assert (tmp_path / "cjk_widths.ttf").read_bytes() == there


def test_a_picture_has_the_chinese_of_this_machine():
    """For PDF and EPUB, where no reader's font helps: with a Chinese font there is ink."""
    from kamen_core.flipbook import drawing

    if drawing.cjk_font() is None:
        pytest.skip("no Chinese font on this machine")
    with mpl.rc_context(STYLE):
        fig = Figure((2, 1))
        fig.text(0.1, 0.4, "阈值阈值", size=20, animated=False)
        fig.text(0, 0, "", animated=True)
        image = drawing.Stage(fig).image().convert("L")
    assert sum(image.histogram()[:128]) > 300


def test_check_says_what_is_missing(monkeypatch, capsys):
    text = messages.text_of(["One.", "Two."], {"One.": "一。"})
    monkeypatch.setattr(messages, "catalogues", lambda extra=None: {ROOT / "a.po": text})
    assert messages.main(check=True) is True
    assert capsys.readouterr().out == "a.po: Two.\n1 sentences have no Chinese\n"
    assert read_po(io.BytesIO(text.encode()))["One."].string == "一。"
