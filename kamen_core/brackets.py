"""A small language that asks for memory: brackets within brackets, and quotes in which nothing counts.

A sentence is made of the letters a, b, c, of round and square brackets up to `MAX_DEPTH` deep, each closed by
its own kind, and of quotes. Between quotes a bracket is a character like any other. A sentence ends with a
full stop, which is legal only where every bracket and quote is closed. So what may come next depends on
characters read long before, and by how much is known exactly: no trained network can beat `read`.
"""

from functools import cache
from typing import NamedTuple

import numpy as np

from kamen_core import _check
from kamen_core.lstm_gru import GRUParams, LSTMParams, gru, lstm

ALPHABET = 'abc()[]".'
MAX_DEPTH = 4
_CLOSES = {"(": ")", "[": "]"}
# How likely each character is where it is legal, before the probabilities are made to sum to 1.
_OUTSIDE = {"a": 0.1, "b": 0.1, "c": 0.1, "(": 0.12, "[": 0.12, ")": 0.24, "]": 0.24, '"': 0.1, ".": 0.15}
_QUOTED = {"a": 0.15, "b": 0.15, "c": 0.15, "(": 0.08, "[": 0.08, ")": 0.08, "]": 0.08, '"': 0.23}


class Reading(NamedTuple):
    """What a reader knows after each of T characters.

    ``depth`` (T,) open brackets, ``quoted`` (T,) whether a quote is open, ``p_next`` (T, 9) the probability
    of each character of `ALPHABET` to come next, 0 where it would be illegal.
    """

    depth: np.ndarray
    quoted: np.ndarray
    p_next: np.ndarray


class Network(NamedTuple):
    """A recurrent layer, and ``weight_out`` (9, H) and ``bias_out`` (9,) that make scores of its h."""

    params: LSTMParams | GRUParams
    weight_out: np.ndarray
    bias_out: np.ndarray


def read(text):
    """Follow a text of the language.

    Parameters
    ----------
    text : str
        One or more sentences; the last one may be unfinished.

    Returns
    -------
    Reading

    Raises
    ------
    TypeError
        If `text` is no string.
    ValueError
        At the first character that the language does not allow.

    Examples
    --------
    >>> reading = read('a(b"]"')
    >>> reading.depth, reading.quoted.astype(int)
    (array([0, 1, 1, 1, 1, 1]), array([0, 0, 0, 1, 1, 0]))
    >>> [c for c, p in zip(ALPHABET, reading.p_next[-1]) if p > 0]
    ['a', 'b', 'c', '(', ')', '[', '"']
    """
    text = _check.text("text", text)
    states, state = [], ("", False)
    for position, character in enumerate(text):
        if character not in _weights(*state):
            raise ValueError(
                f"text: {character!r} at position {position} is not legal after {text[:position]!r}"
            )
        state = _after(*state, character)
        states.append(state)
    return Reading(
        np.array([len(expected) for expected, _ in states], dtype=int),
        np.array([quoted for _, quoted in states], dtype=bool),
        np.array([_probabilities(*state) for state in states]).reshape(-1, len(ALPHABET)),
    )


def generate(n_characters, rng):
    """Draw a text of the language; it starts a sentence and may stop within one.

    Parameters
    ----------
    n_characters : int
        Length, 0 or more.
    rng : numpy.random.Generator or int
        Source of randomness, or a seed.

    Returns
    -------
    str

    Raises
    ------
    TypeError, ValueError
        If `n_characters` is not an integer of at least 0, or `rng` is neither Generator nor seed.

    Examples
    --------
    >>> text = generate(30, rng=2)
    >>> len(text), read(text).depth.max() <= MAX_DEPTH
    (30, np.True_)
    """
    n_characters = _check.integer("n_characters", n_characters, least=0)
    text, state = [], ("", False)
    for u in _check.generator(rng).random(n_characters):
        shares = np.cumsum(_probabilities(*state))
        text.append(ALPHABET[np.searchsorted(shares / shares[-1], u, side="right")])
        state = _after(*state, text[-1])
    return "".join(text)


def one_hot(text):
    """The characters of a text as rows of 0 and 1, (T, 9), for a network to read.

    Raises
    ------
    TypeError, ValueError
        If `text` is no string, or holds a character that is not in `ALPHABET`.

    Examples
    --------
    >>> one_hot("b.").astype(int)
    array([[0, 1, 0, 0, 0, 0, 0, 0, 0],
           [0, 0, 0, 0, 0, 0, 0, 0, 1]])
    """
    text = _check.text("text", text)
    unknown = set(text) - set(ALPHABET)
    if unknown:
        raise ValueError(f"text: expected characters of {ALPHABET!r}, got {min(unknown)!r}")
    return np.eye(len(ALPHABET))[[ALPHABET.index(character) for character in text]]


def predict(network, x):
    """Let a trained network read, and say what it expects to come next.

    Parameters
    ----------
    network : Network
        For example one of ``kamen_core.datasets.bracket_networks()``.
    x : array_like (T, B, 9)
        Texts as `one_hot` gives them.

    Returns
    -------
    trace : LSTMTrace or GRUTrace
        Every gate of every step.
    p_next : ndarray (T, B, 9)
        softmax(W_out h_t + b_out): the probability of each character of `ALPHABET` to come next.

    Raises
    ------
    TypeError, ValueError
        If `network` is no Network, or `x` not what its layer can read.

    Examples
    --------
    >>> from kamen_core.datasets import bracket_networks
    >>> trace, p = predict(bracket_networks().lstm, one_hot('a(b[c')[:, None])
    >>> ALPHABET[p[-1, 0, 3:7].argmax() + 3]  # the bracket that fits
    ']'
    """
    _require_network(network)
    trace = (lstm if isinstance(network.params, LSTMParams) else gru)(x, network.params)
    return trace, p_next(network, trace.h)


def p_next(network, h):
    """The probabilities that a network reads off h (..., H), also off an h that was tampered with.

    Raises
    ------
    TypeError, ValueError
        If `network` is no Network, or `h` no finite array of the network's width.
    """
    _require_network(network)
    h = _check.real_array("h", h)
    if h.ndim == 0 or h.shape[-1] != network.weight_out.shape[1]:
        raise ValueError(f"h: expected (..., {network.weight_out.shape[1]}), got shape {h.shape}")
    scores = h @ network.weight_out.T + network.bias_out
    likelihood = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return likelihood / likelihood.sum(axis=-1, keepdims=True)


def _require_network(network):
    if not isinstance(network, Network):
        raise TypeError(f"network: expected Network, got {type(network).__name__}")


def _weights(expected, quoted):
    """What may come next, and how likely; `expected` are the closing brackets due, the next one last."""
    if quoted:
        return _QUOTED
    legal = {
        c: w
        for c, w in _OUTSIDE.items()
        if c not in ")]." or c == expected[-1:] or (c == "." and not expected)
    }
    if len(expected) == MAX_DEPTH:
        del legal["("], legal["["]
    return legal


@cache
def _probabilities(expected, quoted):
    weights = _weights(expected, quoted)
    p = np.array([weights.get(character, 0.0) for character in ALPHABET])
    p /= p.sum()
    p.flags.writeable = False
    return p


def _after(expected, quoted, character):
    """The state after one more legal character."""
    if character == '"':
        return expected, not quoted
    if quoted:
        return expected, quoted
    if character in _CLOSES:
        return expected + _CLOSES[character], quoted
    return (expected[:-1] if character in ")]" else expected), quoted
