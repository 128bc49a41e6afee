"""`Quiz`: what it refuses and what a page gets."""

import html
import re
from html.parser import HTMLParser

import pytest

from kamen_core.quiz import Choice, Quiz

GOOD = [
    Choice("yes & `x < 1`", True, "Because `1 < 2` & so on.", {"figure": {"step": 3}}),
    Choice("no", False, "That is <b>another</b> thing."),
]


@pytest.mark.parametrize("question", [None, "", "  ", 3, b"Why?", ["Why?"]])
def test_a_question_is_a_sentence(question):
    with pytest.raises(TypeError, match=r"^question: expected a sentence, got "):
        Quiz(question, GOOD)


@pytest.mark.parametrize("choices", [[], [GOOD[0]]])
def test_there_is_a_choice(choices):
    with pytest.raises(ValueError, match=rf"^choices: expected at least two, got {len(choices)}$"):
        Quiz("Why?", choices)


@pytest.mark.parametrize("rights", [(False, False), (True, True), (True, False, True)])
def test_exactly_one_is_right(rights):
    choices = [Choice(f"choice {i}", right, "Because.") for i, right in enumerate(rights)]
    with pytest.raises(ValueError, match=rf"^choices: exactly one has to be right, got {sum(rights)}$"):
        Quiz("Why?", choices)


@pytest.mark.parametrize(
    "choice", ["yes", ("yes", True), ["yes", True, "Because."], ("a", True, "b", {}, 1), None, 3]
)
def test_what_a_choice_is(choice):
    with pytest.raises(TypeError, match=r"^choices: expected Choice\(text, right, answer\), got "):
        Quiz("Why?", [choice, GOOD[1]])


@pytest.mark.parametrize("right", [1, 0, "yes", None])
def test_right_is_true_or_false(right):
    with pytest.raises(TypeError, match=r"^choices: right has to be True or False, got "):
        Quiz("Why?", [("yes", right, "Because."), GOOD[1]])


@pytest.mark.parametrize("empty", [None, "", " ", 3])
@pytest.mark.parametrize("field", ["text", "answer"])
def test_every_choice_has_its_text_and_answer(field, empty):
    with pytest.raises(TypeError, match=rf"^choices: {field} has to be a sentence, got "):
        Quiz("Why?", [GOOD[0]._replace(**{field: empty}), GOOD[1]])


@pytest.mark.parametrize("choices", [None, 3])
def test_choices_are_a_sequence(choices):
    with pytest.raises(TypeError, match=r"^choices: expected a sequence of Choice, got "):
        Quiz("Why?", choices)


@pytest.mark.parametrize(
    "show", [3, "figure", ["figure"], {"figure": 3}, {"figure": "step"}, {3: {"step": 1}}]
)
def test_what_is_shown_is_a_state(show):
    with pytest.raises(TypeError, match=r"^choices: show has to be \{figure: \{parameter: value\}\}, got "):
        Quiz("Why?", [GOOD[0]._replace(show=show), GOOD[1]])


def test_no_two_choices_read_alike():
    with pytest.raises(ValueError, match=r"^choices: 'no' stands twice$"):
        Quiz("Why?", [GOOD[0], GOOD[1], GOOD[1]])


def test_plain_tuples_will_do():
    quiz = Quiz("Why?", [("yes", True, "Because."), ("no", False, "Not so.", {"f": {"k": 1}})])
    assert [c["right"] for c in quiz.choices] == [True, False]
    assert quiz.choices[1]["show"] == {"f": {"k": 1}} and quiz.choices[0]["show"] == {}


class Tree(HTMLParser):
    """Start tags with their attributes, and the text in each."""

    VOID = ("input", "br")

    def __init__(self, page):
        super().__init__()
        self.tags, self.open = [], []
        self.feed(page)
        assert not self.open  # every tag is closed

    def handle_starttag(self, tag, attrs):
        self.tags.append([tag, dict(attrs), ""])
        if tag not in self.VOID:
            self.open.append(self.tags[-1])

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        for tag in self.open:
            tag[2] += data

    def all(self, name):
        return [(attrs, text) for tag, attrs, text in self.tags if tag == name]


def test_the_page():
    quiz = Quiz("Is `a < b` & true?", GOOD)
    tree = Tree(quiz.page)
    ((form, _),) = tree.all("form")
    assert form == {"class": "kamen-quiz", "data-state": "still"}
    radios = tree.all("input")
    assert [r["type"] for r, _ in radios] == ["radio", "radio"]
    assert {r["name"] for r, _ in radios} == {quiz.key} and [r["value"] for r, _ in radios] == ["0", "1"]
    assert [text for _, text in tree.all("legend")] == ["Is a < b & true?"]
    assert [text for _, text in tree.all("label")] == ["yes & x < 1", "no"]
    assert "a < b" in [text for _, text in tree.all("code")]
    ((output, text),) = tree.all("output")
    assert output == {"aria-live": "polite"} and text == ""
    # without a script the answers can be opened
    assert [text for _, text in tree.all("li")] == [
        "yes & x < 1: Because 1 < 2 & so on.",
        "no: That is <b>another</b> thing.",
    ]
    assert tree.all("b") == []  # what is written is never markup


def test_what_the_script_gets():
    quiz = Quiz("Why?", GOOD)
    assert quiz.choices[0]["answer"] == "Because <code>1 &lt; 2</code> &amp; so on."
    assert quiz.choices[1]["answer"] == "That is &lt;b&gt;another&lt;/b&gt; thing."
    assert quiz.choices[0]["show"] == {"figure": {"step": 3}}
    assert quiz.words == {"right": "Right.", "wrong": "Not quite.", "show": "Show me"}


def test_the_key_belongs_to_the_question():
    """Under it the browser keeps the answer: same question, same key; other question, other key."""
    keys = [
        Quiz("Why?", GOOD).key,
        Quiz("Why?", GOOD).key,
        Quiz("How?", GOOD).key,
        Quiz("Why?", [GOOD[0], GOOD[1]._replace(text="never")]).key,
    ]
    assert keys[0] == keys[1] and len(set(keys)) == 3
    assert all(re.fullmatch(r"kamen-quiz-[0-9a-f]{8}", key) for key in keys)


def test_where_no_widget_runs():
    quiz = Quiz("Is `a < b`?", GOOD)
    bundle, _ = quiz._repr_mimebundle_()
    assert bundle["text/html"].startswith(f'<form data-kamen-model="{quiz.model_id}" class="kamen-quiz"')
    assert "Is a < b ?" in bundle["text/plain"] and "<code>" not in bundle["text/plain"]
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == quiz.model_id
    assert html.unescape(bundle["text/plain"]).count("Because") == 1
