"""`Quiz`: one question with an answer to every choice, on a page with no kernel and no server."""

import hashlib
import html
import re
from pathlib import Path
from typing import NamedTuple

import anywidget
import traitlets

from ..language import _

HERE = Path(__file__).parent


class Choice(NamedTuple):
    """One choice of a question.

    Attributes
    ----------
    text : str
        What the reader may choose; ``\\`code\\``` is set as code.
    right : bool
        Whether it is right.
    answer : str
        What the choice gets: why it is right, or which mistake it is.
    show : dict, optional
        ``{figure: {parameter: value}}``: the state of a flipbook on the same page that proves the answer;
        ``{"roc_auc/threshold": …}`` is the flipbook ``threshold`` on the page of that chapter.
    """

    text: str
    right: bool
    answer: str
    show: dict = {}  # noqa: RUF012 - never changed


class Quiz(anywidget.AnyWidget):
    """A question with radio buttons; choosing one shows its answer.

    Parameters
    ----------
    question : str
        Like the texts of the choices in English; shown in the reader's language where the catalogue has it.
    choices : sequence of Choice or tuple
        At least two, exactly one of them right, every one with an answer.

    Raises
    ------
    TypeError, ValueError
        With the name of the argument.

    Examples
    --------
    >>> quiz = Quiz("Is AUC ever below 0.5?", [
    ...     Choice("yes", True, "A model that ranks backwards gets less."),
    ...     Choice("no", False, "That is the value of guessing, on average.")])
    >>> quiz.choices[0]["answer"]
    'A model that ranks backwards gets less.'
    """

    _esm = HERE / "quiz.js"
    _css = HERE / "quiz.css"
    page = traitlets.Unicode().tag(sync=True)  # the markup
    choices = traitlets.List().tag(sync=True)
    key = traitlets.Unicode().tag(sync=True)  # under which the browser remembers the reader's answer
    words = traitlets.Dict().tag(sync=True)

    def __init__(self, question, choices):
        if not isinstance(question, str) or not question.strip():
            raise TypeError(f"question: expected a sentence, got {question!r}")
        if isinstance(choices, str) or not hasattr(choices, "__iter__"):
            raise TypeError(f"choices: expected a sequence of Choice, got {choices!r}")
        choices = [_choice(c) for c in choices]
        if len(choices) < 2:
            raise ValueError(f"choices: expected at least two, got {len(choices)}")
        if (right := sum(c.right for c in choices)) != 1:
            raise ValueError(f"choices: exactly one has to be right, got {right}")
        texts = [c.text for c in choices]
        if twice := [text for text in texts if texts.count(text) > 1]:
            raise ValueError(f"choices: {twice[0]!r} stands twice")
        content = repr((question, texts))  # as written: an answer is remembered across languages
        key = "kamen-quiz-" + hashlib.sha1(content.encode()).hexdigest()[:8]
        question = _(question)
        choices = [c._replace(text=_(c.text), answer=_(c.answer), show=_states(c.show)) for c in choices]
        super().__init__(
            page=_markup(question, choices, key),
            choices=[c._asdict() | {"answer": _inline(c.answer)} for c in choices],
            key=key,
            words={"right": _("Right."), "wrong": _("Not quite."), "show": _("Show me")},
        )

    def _repr_mimebundle_(self, **kwargs):
        bundle, metadata = super()._repr_mimebundle_(**kwargs)
        still = self.page.replace("<form ", f'<form data-kamen-model="{self.model_id}" ', 1)
        plain = re.sub(r"<[^>]+>", " ", self.page)
        bundle |= {"text/html": still, "text/plain": html.unescape(" ".join(plain.split()))}
        return bundle, metadata


def _choice(choice):
    if not isinstance(choice, tuple) or not 3 <= len(choice) <= 4:
        raise TypeError(f"choices: expected Choice(text, right, answer), got {choice!r}")
    choice = Choice(*choice)
    if not isinstance(choice.right, bool):
        raise TypeError(f"choices: right has to be True or False, got {choice.right!r}")
    for field in ("text", "answer"):
        value = getattr(choice, field)
        if not isinstance(value, str) or not value.strip():
            raise TypeError(f"choices: {field} has to be a sentence, got {value!r}")
    show = choice.show
    if not isinstance(show, dict) or not all(
        isinstance(name, str) and isinstance(values, dict) for name, values in show.items()
    ):
        raise TypeError(f"choices: show has to be {{figure: {{parameter: value}}}}, got {show!r}")
    return choice


def _states(show):
    """A flipbook's choices are named in the reader's language, so the values here are too."""
    return {
        figure: {name: _(value) if isinstance(value, str) else value for name, value in values.items()}
        for figure, values in show.items()
    }


def _inline(text):
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text))


def _markup(question, choices, key):
    labels = "".join(
        f'<label><input type="radio" name="{key}" value="{i}"><span>{_inline(c.text)}</span></label>'
        for i, c in enumerate(choices)
    )
    both = _("{choice}: {answer}")
    answers = [both.format(choice=_inline(c.text), answer=_inline(c.answer)) for c in choices]
    return (
        f'<form class="kamen-quiz" data-state="still">'
        f"<fieldset><legend>{_inline(question)}</legend>{labels}</fieldset>"
        f'<output aria-live="polite"></output>'
        f'<details class="k-answers"><summary>{html.escape(_("Answers"))}</summary>'
        f"<ul>{''.join(f'<li>{a}</li>' for a in answers)}</ul></details></form>"
    )
