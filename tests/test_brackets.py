import importlib.util
import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamen_core import datasets
from kamen_core.brackets import ALPHABET, MAX_DEPTH, Network, generate, one_hot, p_next, predict, read

ILLEGAL = None


def open_brackets(text):
    """The open brackets of a text and whether a quote is open, or ILLEGAL: by crossing out what is closed."""
    quoted = text.count('"') % 2 == 1
    if "." in "".join(text.split('"')[1::2]):
        return ILLEGAL
    outside = re.sub(r"[abc]", "", "-".join(text.split('"')[0::2]).replace("-", ""))
    deepest, stack = 0, ""
    for k in range(len(outside) + 1):
        stack = outside[:k]
        while (shorter := re.sub(r"\(\)|\[\]|^\.", "", stack)) != stack:
            stack = shorter
        if re.search(r"[)\].]", stack):
            return ILLEGAL
        deepest = max(deepest, len(stack))
    return (stack, quoted) if deepest <= MAX_DEPTH else ILLEGAL


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 60), st.integers(0, 2**32))
def test_generated_texts_are_legal_and_read_says_what_is_open(n, seed):
    text = generate(n, seed)
    assert len(text) == n
    reading = read(text)
    for t in range(n):
        stack, quoted = open_brackets(text[: t + 1])
        assert reading.depth[t] == len(stack) and reading.quoted[t] == quoted
    assert reading.p_next.shape == (n, 9)
    np.testing.assert_allclose(reading.p_next.sum(axis=1), 1, rtol=0, atol=1e-15)
    if n:
        for character, p in zip(ALPHABET, reading.p_next[-1], strict=True):
            assert (p > 0) == (open_brackets(text + character) is not ILLEGAL)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=ALPHABET, max_size=12))
def test_read_refuses_exactly_what_is_illegal(text):
    if open_brackets(text) is ILLEGAL:
        with pytest.raises(ValueError, match=r"^text: '.' at position \d+ is not legal after"):
            read(text)
    else:
        assert len(read(text).depth) == len(text)


def test_read_names_the_first_illegal_character():
    with pytest.raises(ValueError, match=r"^text: '\]' at position 2 is not legal after '\(a'$"):
        read("(a]b)")
    with pytest.raises(ValueError, match="position 4"):
        read("((((([")
    with pytest.raises(ValueError, match="'x' at position 0"):
        read("x")


@pytest.mark.parametrize(
    ("text", "weights"),
    [  # the order of the alphabet: a b c ( ) [ ] " .
        ("a", [10, 10, 10, 12, 0, 12, 0, 10, 15]),
        ("(", [10, 10, 10, 12, 24, 12, 0, 10, 0]),
        ("([", [10, 10, 10, 12, 0, 12, 24, 10, 0]),
        ("([((", [10, 10, 10, 0, 24, 0, 0, 10, 0]),
        ('([(("', [15, 15, 15, 8, 8, 8, 8, 23, 0]),
    ],
)
def test_probabilities_are_those_the_networks_were_trained_on(text, weights):
    np.testing.assert_allclose(read(text).p_next[-1], np.array(weights) / sum(weights), rtol=1e-14, atol=0)


def test_characters_come_as_often_as_their_probability():
    text = generate(40_000, 5)
    reading = read(text)
    counts = one_hot(text)[1:]
    for quoted in (False, True):
        for depth in range(MAX_DEPTH + 1):
            after = (reading.quoted[:-1] == quoted) & (reading.depth[:-1] == depth)
            n, mean = after.sum(), reading.p_next[:-1][after].mean(axis=0)
            assert n > 500
            observed, expected = counts[after].mean(axis=0), mean
            assert (np.abs(observed - expected) <= 4.5 * np.sqrt(expected * (1 - expected) / n)).all()


def test_texts_follow_their_seed():
    assert generate(50, 3) == generate(50, np.random.default_rng(3)) != generate(50, 4)
    assert generate(50, 3).startswith(generate(20, 3)) and generate(0, 3) == ""


def test_one_hot_reads_back():
    text = generate(100, 0) + ALPHABET
    rows = one_hot(text)
    assert rows.dtype == np.float64 and (rows.sum(axis=1) == 1).all()
    assert "".join(ALPHABET[k] for k in rows.argmax(axis=1)) == text
    assert one_hot("").shape == (0, 9)


def test_bad_arguments_are_refused():
    for function in (read, one_hot):
        with pytest.raises(TypeError, match="text: expected a string, got list"):
            function(["a"])
    with pytest.raises(ValueError, match=r"text: expected characters of .* got 'd'"):
        one_hot("adz")
    with pytest.raises(ValueError, match="n_characters: expected 0 or more, got -1"):
        generate(-1, 0)
    with pytest.raises(TypeError, match="n_characters: expected an integer"):
        generate(3.0, 0)
    with pytest.raises(TypeError, match="rng: expected"):
        generate(3, "seed")
    with pytest.raises(TypeError, match="network: expected Network, got BracketNetworks"):
        predict(datasets.bracket_networks(), one_hot("a")[:, None])


# The trained networks: do they do what the chapter says?


@pytest.fixture(scope="module")
def unseen():
    """Sixteen texts of 600 characters, longer than any in the training (80), and what is true of them."""
    texts = [generate(600, rng=70_000 + k) for k in range(16)]
    depth, quoted, p = (np.stack(part, axis=1) for part in zip(*map(read, texts), strict=True))
    return np.stack([one_hot(text) for text in texts], axis=1), depth, quoted, p


@pytest.mark.parametrize("name", ["lstm", "gru"])
def test_the_networks_have_learned_the_language(name, unseen):
    x, depth, quoted, p = unseen
    network = getattr(datasets.bracket_networks(), name)
    trace, q = predict(network, x)
    np.testing.assert_allclose(q.sum(axis=-1), 1, rtol=0, atol=1e-12)
    np.testing.assert_array_equal(p_next(network, trace.h[5]), q[5])
    excess = (p * np.log(np.where(p > 0, p, 1) / q)).sum(axis=-1)
    assert 0 < excess.mean() < 0.01
    assert q[p == 0].sum() / p[..., 0].size < 0.005
    due = (depth > 0) & ~quoted
    wrong = p[due][:, [4, 6]].argmax(axis=1) != q[due][:, [4, 6]].argmax(axis=1)
    assert ALPHABET[4] + ALPHABET[6] == ")]" and wrong.mean() < 0.005
    stop = q[..., ALPHABET.index(".")]
    assert ((stop > 0.05) == ((depth == 0) & ~quoted)).mean() > 0.999


def correlations(memory, truth):
    return np.array([np.corrcoef(unit.ravel(), truth.ravel())[0, 1] for unit in np.moveaxis(memory, -1, 0)])


@pytest.mark.parametrize(("name", "depth_unit", "quote_unit"), [("lstm", 10, 18), ("gru", 6, 2)])
def test_a_unit_counts_and_a_unit_knows_of_the_quote(name, depth_unit, quote_unit, unseen):
    x, depth, quoted, _ = unseen
    trace, _ = predict(getattr(datasets.bracket_networks(), name), x)
    memory = trace.c if name == "lstm" else trace.h
    for_depth, for_quote = correlations(memory, depth), correlations(memory, quoted)
    assert np.abs(for_depth).argmax() == depth_unit and for_depth[depth_unit] > 0.95
    assert np.abs(for_quote).argmax() == quote_unit and for_quote[quote_unit] < -0.85
    steps = [memory[..., depth_unit][depth == d] for d in range(5)]
    for lower, upper in pairwise(steps):
        assert upper.mean() - lower.mean() > max(lower.std(), upper.std())
    unit = memory[..., quote_unit]
    threshold = (unit[quoted].mean() + unit[~quoted].mean()) / 2
    assert ((unit < threshold) == quoted).mean() > 0.99


@pytest.mark.parametrize(
    ("name", "gate", "bias"), [("lstm", 1, -1e3), ("lstm", 1, 1e3), ("lstm", 0, -1e3), ("gru", 1, -1e3)]
)
def test_a_clamped_gate_costs_the_memory_of_brackets(name, gate, bias, unseen):
    x, depth, quoted, p = unseen
    network = getattr(datasets.bracket_networks(), name)
    weights = [w.copy() for w in network.params]
    for w in weights:
        w[20 * gate : 20 * (gate + 1)] = 0
    weights[2][20 * gate : 20 * (gate + 1)] = bias
    trace, q = predict(network._replace(params=type(network.params)(*weights)), x)
    assert set(np.unique(trace[gate])) == {float(bias > 0)}
    due = (depth > 0) & ~quoted
    assert (p[due][:, [4, 6]].argmax(axis=1) != q[due][:, [4, 6]].argmax(axis=1)).mean() > 0.2


def test_the_shipped_networks_are_small_float32_and_their_loss_fell_to_the_entropy():
    networks = datasets.bracket_networks()
    for network, loss in ((networks.lstm, networks.lstm_loss), (networks.gru, networks.gru_loss)):
        assert isinstance(network, Network)
        assert {w.dtype for w in (*network.params, network.weight_out, network.bias_out)} == {np.dtype("f4")}
        assert loss.shape == (110,) and loss[0] > 2.1 and loss[-20:].mean() < 1.92
    assert sum(w.size for w in networks.lstm.params) == 4 * 20 * (9 + 20 + 2)
    assert sum(w.size for w in networks.gru.params) == 3 * 20 * (9 + 20 + 2)


def test_the_training_scripts_gradient_is_finite_differences():
    pytest.importorskip("kamen_core.gradient_descent")
    path = Path(datasets.__file__).parent / "data" / "make_lstm_gru.py"
    spec = importlib.util.spec_from_file_location("make_lstm_gru", path)
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    rows = one_hot(generate(12, 0)).reshape(2, 6, 9).swapaxes(0, 1)
    for name, n_gates in (("lstm", 4), ("gru", 3)):
        h = 2
        shapes = [(n_gates * h, 9), (n_gates * h, h), (n_gates * h,), (n_gates * h,), (9, h), (9,)]
        theta = np.random.default_rng(0).normal(size=sum(int(np.prod(shape)) for shape in shapes))
        _, gradient = make.loss_and_gradient(theta, shapes, name, rows[:-1], rows[1:])
        for k in range(0, len(theta), 7):
            e = 1e-6 * (np.arange(len(theta)) == k)
            up, down = (
                make.loss_and_gradient(theta + s * e, shapes, name, rows[:-1], rows[1:])[0] for s in (1, -1)
            )
            assert abs(gradient[k] - (up - down) / 2e-6) < 1e-8
