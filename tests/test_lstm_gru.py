import importlib.util
import math
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamen_core.lstm_gru import (
    GRUParams,
    GRUTrace,
    LSTMParams,
    LSTMTrace,
    gru,
    gru_backward,
    init_gru,
    init_lstm,
    lstm,
    lstm_backward,
)

DATA = Path(__file__).with_name("data")
_spec = importlib.util.spec_from_file_location("make_lstm_gru_torch", DATA / "make_lstm_gru_torch.py")
torch_cases = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(torch_cases)

CASES = [(network, name) for network in torch_cases.GATES for name in torch_cases.SIZES]
CONVENTION = {"gru": "torch", "cho": "cho"}
NETWORKS = ["lstm", "gru", "cho"]


def close(actual, desired, atol=1e-12):
    np.testing.assert_allclose(actual, desired, rtol=0, atol=atol)


def ours(network, case, initial=True):
    """What `torch_results` computes, by kamen_core."""
    weights = (case["weight_ih"], case["weight_hh"], case["bias_ih"], case["bias_hh"])
    h0, c0 = (case["h0"], case["c0"]) if initial else (None, None)
    if network == "lstm":
        params = LSTMParams(*weights)
        trace = lstm(case["x"], params, h0, c0)
        grad_c = np.zeros_like(case["grad_h"])
        grad_c[-1] = case["grad_c_last"]
        grads, grad_x, grad_h0, grad_c0 = lstm_backward(
            case["x"], params, trace, case["grad_h"], h0, c0, grad_c=grad_c, return_initial=True
        )
        more = {"c_last": trace.c[-1], "grad_c0": grad_c0}
    else:
        params = GRUParams(*weights)
        trace = gru(case["x"], params, h0, convention=CONVENTION[network])
        grads, grad_x, grad_h0 = gru_backward(
            case["x"], params, trace, case["grad_h"], h0, convention=CONVENTION[network], return_initial=True
        )
        more = {}
    named = {f"grad_{name}": value for name, value in grads._asdict().items()}
    return {"h": trace.h, "grad_x": grad_x, "grad_h0": grad_h0} | named | more


# PyTorch and its autograd


@pytest.mark.parametrize(("network", "name"), CASES)
def test_forward_and_backward_are_pytorchs(network, name):
    results = ours(network, torch_cases.case(network, name))
    with np.load(DATA / "lstm_gru_torch.npz") as golden:
        for key, value in results.items():
            close(value, golden[f"{network}/{name}/{key}"])


@pytest.mark.torch
@pytest.mark.skipif(os.environ.get("CI") != "true", reason="compared with the golden file")
@pytest.mark.parametrize(("network", "name"), CASES)
def test_forward_and_backward_are_pytorchs_live(network, name):
    pytest.importorskip("torch")
    results = ours(network, torch_cases.case(network, name))
    expected = torch_cases.torch_results(network, name)
    assert set(results) == set(expected)
    for key, value in results.items():
        close(value, expected[key])


# Every gate, by loops over scalars


def sigma(a):
    return 1 / (1 + math.exp(-a))


def dot(row, vector):
    return sum(float(a) * float(b) for a, b in zip(row, vector, strict=True))


def scalar_lstm(x, params, h0, c0):
    (n_steps, n_sequences, _), n_hidden = x.shape, h0.shape[1]
    trace = LSTMTrace(*np.zeros((6, n_steps, n_sequences, n_hidden)))
    for b in range(n_sequences):
        h, c = list(h0[b]), list(c0[b])
        for t in range(n_steps):
            a = [
                dot(params.weight_ih[k], x[t, b])
                + dot(params.weight_hh[k], h)
                + params.bias_ih[k]
                + params.bias_hh[k]
                for k in range(4 * n_hidden)
            ]
            new = []
            for u in range(n_hidden):
                i, f, g, o = (a[gate * n_hidden + u] for gate in range(4))
                i, f, g, o = sigma(i), sigma(f), math.tanh(g), sigma(o)
                c[u] = f * c[u] + i * g
                new.append(o * math.tanh(c[u]))
                for field, value in zip(trace, (i, f, g, o, c[u], new[u]), strict=True):
                    field[t, b, u] = value
            h = new
    return trace


def scalar_gru(x, params, h0, convention):
    (n_steps, n_sequences, _), n_hidden = x.shape, h0.shape[1]
    trace = GRUTrace(*np.zeros((4, n_steps, n_sequences, n_hidden)))
    for b in range(n_sequences):
        h = list(h0[b])
        for t in range(n_steps):
            gates = [
                sigma(
                    dot(params.weight_ih[k], x[t, b])
                    + dot(params.weight_hh[k], h)
                    + params.bias_ih[k]
                    + params.bias_hh[k]
                )
                for k in range(2 * n_hidden)
            ]
            reset, new = gates[:n_hidden], []
            for u in range(n_hidden):
                k, z = 2 * n_hidden + u, gates[n_hidden + u]
                a = dot(params.weight_ih[k], x[t, b]) + params.bias_ih[k]
                if convention == "torch":
                    n = math.tanh(a + reset[u] * (dot(params.weight_hh[k], h) + params.bias_hh[k]))
                    new.append((1 - z) * n + z * h[u])
                else:
                    seen = [r * v for r, v in zip(reset, h, strict=True)]
                    n = math.tanh(a + dot(params.weight_hh[k], seen) + params.bias_hh[k])
                    new.append((1 - z) * h[u] + z * n)
                for field, value in zip(trace, (reset[u], z, n, new[u]), strict=True):
                    field[t, b, u] = value
            h = new
    return trace


sizes = st.tuples(*[st.integers(1, 4)] * 4, st.integers(0, 2**32))


def draw(n_gates, size):
    n_steps, n_sequences, n_in, n_hidden, seed = size
    rng = np.random.default_rng(seed)
    rows = n_gates * n_hidden
    weights = [rng.normal(size=shape) for shape in ((rows, n_in), (rows, n_hidden), rows, rows)]
    states = rng.normal(size=(2, n_sequences, n_hidden))
    return rng.normal(size=(n_steps, n_sequences, n_in)), weights, *states, rng


@settings(max_examples=30, deadline=None)
@given(sizes)
def test_every_gate_of_the_lstm_is_what_scalars_give(size):
    x, weights, h0, c0, _ = draw(4, size)
    params = LSTMParams(*weights)
    for actual, desired in zip(lstm(x, params, h0, c0), scalar_lstm(x, params, h0, c0), strict=True):
        close(actual, desired)


@settings(max_examples=30, deadline=None)
@given(sizes, st.sampled_from(["torch", "cho"]))
def test_every_gate_of_the_gru_is_what_scalars_give(size, convention):
    x, weights, h0, _, _ = draw(3, size)
    params = GRUParams(*weights)
    actual = gru(x, params, h0, convention=convention)
    for field, desired in zip(actual, scalar_gru(x, params, h0, convention), strict=True):
        close(field, desired)


def test_initial_states_are_zeros_and_the_convention_is_pytorchs_unless_given():
    x, weights, h0, _, _ = draw(4, (3, 2, 2, 3, 0))
    zeros = np.zeros_like(h0)
    close(lstm(x, LSTMParams(*weights)).c, scalar_lstm(x, LSTMParams(*weights), zeros, zeros).c)
    close(lstm(x, LSTMParams(*weights), h0=h0).c, scalar_lstm(x, LSTMParams(*weights), h0, zeros).c)
    close(lstm(x, LSTMParams(*weights), c0=h0).c, scalar_lstm(x, LSTMParams(*weights), zeros, h0).c)
    x, weights, *_ = draw(3, (3, 2, 2, 3, 0))
    close(gru(x, GRUParams(*weights)).h, scalar_gru(x, GRUParams(*weights), zeros, "torch").h)


# Gradients, by finite differences


def difference(f, array, eps=1e-6):
    """∂f/∂array by central differences; `f` reads the array in place."""
    gradient = np.empty_like(array)
    for where in np.ndindex(array.shape):
        kept = array[where]
        array[where] = kept + eps
        up = f()
        array[where] = kept - eps
        down = f()
        array[where] = kept
        gradient[where] = (up - down) / (2 * eps)
    return gradient


@pytest.mark.parametrize("seed", [0, 1])
def test_lstm_gradients_are_finite_differences_also_from_every_cell(seed):
    x, weights, h0, c0, rng = draw(4, (4, 2, 3, 2, seed))
    params = LSTMParams(*weights)
    grad_h, grad_c = rng.normal(size=(2, 4, 2, 2))

    def loss():
        trace = lstm(x, params, h0, c0)
        return (grad_h * trace.h + grad_c * trace.c).sum()

    trace = lstm(x, params, h0, c0)
    grads, *rest = lstm_backward(x, params, trace, grad_h, h0, c0, grad_c=grad_c, return_initial=True)
    for gradient, array in zip([*grads, *rest], [*params, x, h0, c0], strict=True):
        close(gradient, difference(loss, array), atol=1e-8)


@pytest.mark.parametrize("convention", ["torch", "cho"])
def test_gru_gradients_are_finite_differences(convention):
    x, weights, h0, _, rng = draw(3, (4, 2, 3, 2, 3))
    params = GRUParams(*weights)
    grad_h = rng.normal(size=(4, 2, 2))

    def loss():
        return (grad_h * gru(x, params, h0, convention=convention).h).sum()

    trace = gru(x, params, h0, convention=convention)
    grads, *rest = gru_backward(x, params, trace, grad_h, h0, convention=convention, return_initial=True)
    for gradient, array in zip([*grads, *rest], [*params, x, h0], strict=True):
        close(gradient, difference(loss, array), atol=1e-8)


@pytest.mark.parametrize("network", NETWORKS)
def test_without_initial_states_gradients_are_those_of_zeros(network):
    case = torch_cases.case(network, "batch")
    zeros = case | {"h0": 0 * case["h0"], "c0": 0 * case["c0"]}
    for key, value in ours(network, case, initial=False).items():
        close(value, ours(network, zeros)[key], atol=0)


@pytest.mark.parametrize("network", NETWORKS)
def test_backward_returns_a_pair_unless_asked_for_more(network):
    x, params, backward, trace, grad_h = ready(network)
    grads, grad_x = backward(x, params, trace, grad_h)
    assert type(grads) is type(params) and grad_x.shape == x.shape
    assert [g.shape for g in grads] == [p.shape for p in params]
    assert len(backward(x, params, trace, grad_h, return_initial=True)) == (4 if network == "lstm" else 3)


@pytest.mark.parametrize("network", NETWORKS)
def test_whether_to_return_the_initial_states_is_true_or_false(network):
    x, params, backward, trace, grad_h = ready(network)
    with pytest.raises(TypeError, match=r"^return_initial: expected True or False, got 'yes'$"):
        backward(x, params, trace, grad_h, return_initial="yes")


def ready(network, dtype=float):
    """Arguments of a backward pass."""
    case = torch_cases.case(network, "batch")
    weights = [case[name].astype(dtype) for name in LSTMParams._fields]
    x, grad_h = case["x"].astype(dtype), case["grad_h"].astype(dtype)
    if network == "lstm":
        params = LSTMParams(*weights)
        return x, params, lstm_backward, lstm(x, params), grad_h
    params, convention = GRUParams(*weights), CONVENTION[network]

    def backward(*args, **keywords):
        return gru_backward(*args, convention=convention, **keywords)

    return x, params, backward, gru(x, params, convention=convention), grad_h


def test_gradients_do_not_share_memory():
    for network in NETWORKS:
        x, params, backward, trace, grad_h = ready(network)
        grads, _ = backward(x, params, trace, grad_h)
        for k, one in enumerate(grads):
            for other in grads[k + 1 :]:
                assert not np.shares_memory(one, other)


# Types and odd arrays


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (np.float32, np.float32),
        (np.float64, np.float64),
        (np.float16, np.float64),
        (np.longdouble, np.float64),
    ],
)
def test_float32_stays_and_everything_else_is_float64(network, given, kept):
    x, params, backward, trace, grad_h = ready(network, given)
    grads, *rest = backward(x, params, trace, grad_h, return_initial=True)
    assert {array.dtype for array in (*trace, *grads, *rest)} == {np.dtype(kept)}


@pytest.mark.parametrize("network", NETWORKS)
def test_float32_gradients_are_right_to_float32(network):
    x, params, backward, trace, grad_h = ready(network, np.float32)
    grads, grad_x = backward(x, params, trace, grad_h)
    x, params, backward, trace, grad_h = ready(network)
    exact, exact_x = backward(x, params, trace, grad_h)
    for actual, desired in zip((*grads, grad_x), (*exact, exact_x), strict=True):
        close(actual, desired, atol=2e-5)


def test_one_float64_argument_makes_float64():
    x, params, *_ = ready("lstm", np.float32)
    assert lstm(x.astype(float), params).h.dtype == np.float64
    assert lstm(x, params._replace(bias_hh=params.bias_hh.astype(float))).h.dtype == np.float64
    assert lstm(x, params, c0=np.zeros((3, 4))).h.dtype == np.float64
    assert lstm(x, params, h0=np.zeros((3, 4), np.float32)).h.dtype == np.float32


@pytest.mark.parametrize("network", NETWORKS)
def test_integers_booleans_and_lists_are_numbers(network):
    _, params, *_ = ready(network)
    forward = lstm if network == "lstm" else gru
    x = np.random.default_rng(0).integers(0, 2, size=(6, 3, 2))
    expected = forward(x.astype(float), params).h
    for same in (x, x.astype(bool), x.tolist()):
        np.testing.assert_array_equal(forward(same, params).h, expected)
    lists = type(params)(*(p.tolist() for p in params))
    np.testing.assert_array_equal(forward(x, lists).h, expected)


@pytest.mark.parametrize("network", NETWORKS)
def test_strided_and_read_only_arrays_are_read_and_left_alone(network):
    case = torch_cases.case(network, "batch")
    expected = ours(network, case)
    odd = {}
    for key, value in case.items():
        wide = np.full([2 * n for n in value.shape], np.nan)
        view = wide[tuple(slice(None, None, 2) for _ in value.shape)]
        view[...] = value
        view.flags.writeable = False
        odd[key] = view
    for key, value in ours(network, odd).items():
        close(value, expected[key])
    for key, value in torch_cases.case(network, "batch").items():
        np.testing.assert_array_equal(odd[key], value)


@pytest.mark.parametrize("network", NETWORKS)
def test_a_trace_of_copies_is_as_good(network):
    x, params, backward, trace, grad_h = ready(network)
    expected, expected_x = backward(x, params, trace, grad_h)
    copies = type(trace)(*(np.array(field, order="C") for field in trace))
    kept = [field.copy() for field in copies]
    grads, grad_x = backward(x, params, copies, grad_h)
    for actual, desired in zip((*grads, grad_x, *copies), (*expected, expected_x, *kept), strict=True):
        np.testing.assert_array_equal(actual, desired)


@pytest.mark.parametrize("network", NETWORKS)
def test_saturated_gates_are_exact_and_quiet(network):
    _, params, *_ = ready(network)
    forward = lstm if network == "lstm" else gru
    trace = forward(np.full((3, 3, 2), 1e200), params)
    gates = (trace.i, trace.f, trace.o) if network == "lstm" else (trace.r, trace.z)
    assert all(set(np.unique(gate)) <= {0.0, 1.0} for gate in gates)
    assert set(np.unique(trace.g if network == "lstm" else trace.n)) <= {-1.0, 1.0}


@pytest.mark.parametrize("network", NETWORKS)
def test_a_product_that_overflows_is_refused(network):
    _, params, *_ = ready(network)
    forward = lstm if network == "lstm" else gru
    for weight, signal in ((1e308, 1e10), (1e200, 1e150), (1.7e308, 0.0)):
        huge = params._replace(weight_ih=np.tile([weight, -weight], (len(params.weight_ih), 1)))
        with pytest.raises(ValueError, match="x, params, initial states: too large, their products overflow"):
            forward(np.full((2, 3, 2), signal), huge)
    with pytest.raises(ValueError, match="x, params, initial states: too large"):
        forward(np.full((2, 3, 2), np.float32(1e38)), type(params)(*(100 * p.astype("f") for p in params)))


# Bad input

SHAPE = (6, 3, 4)  # T, B, H of the case "batch"; I = 2
BAD_X = [
    (np.zeros((6, 3)), ValueError, "x: expected 3 dimension"),
    (np.zeros((0, 3, 2)), ValueError, r"x: expected at least one step.*\(0, 3, 2\)"),
    (np.zeros((6, 0, 2)), ValueError, "x: expected at least one"),
    (np.zeros((6, 3, 0)), ValueError, "x: expected at least one"),
    (np.zeros((6, 3, 1)), ValueError, r"params.weight_ih: expected shape \(\d+, 1\), got \(\d+, 2\)"),
    (np.full((6, 3, 2), np.nan), ValueError, "x: holds NaN"),
    (np.full((6, 3, 2), np.inf), ValueError, "x: holds NaN or inf"),
    (np.zeros((6, 3, 2), complex), TypeError, "x: expected an array of real numbers"),
    (np.full((6, 3, 2), "a"), TypeError, "x: expected an array of real numbers"),
    ([[[1.0], [1.0, 2.0]]], TypeError, "x: expected an array of real numbers"),
    (None, TypeError, "x: expected an array of real numbers"),
    ({"x": 1}, TypeError, "x: expected an array of real numbers"),
]


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize(("bad", "error", "says"), BAD_X)
def test_bad_sequences_are_refused(network, bad, error, says):
    _, params, backward, trace, grad_h = ready(network)
    with pytest.raises(error, match=says):
        (lstm if network == "lstm" else gru)(bad, params)
    with pytest.raises(error, match=says):
        backward(bad, params, trace, grad_h)


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("name", LSTMParams._fields)
def test_bad_weights_are_refused_by_name(network, name):
    x, params, *_ = ready(network)
    forward = lstm if network == "lstm" else gru
    good = getattr(params, name)
    bad = [
        (good[:-1], ValueError, "expected shape"),
        (good[None], ValueError, "dimension"),
        (np.where(np.arange(good.size).reshape(good.shape) == 1, np.nan, good), ValueError, "NaN"),
        (good.astype(complex), TypeError, "real numbers"),
        (None, TypeError, "real numbers"),
    ]
    if name.startswith("weight"):
        bad.append((np.hstack([good, good]), ValueError, "expected shape"))
    for value, error, says in bad:
        with pytest.raises(error, match=says) as caught:
            forward(x, params._replace(**{name: value}))
        assert str(caught.value).startswith("params.")
        if error is TypeError or says != "expected shape":
            assert str(caught.value).startswith(f"params.{name}:")


def test_no_hidden_unit_is_refused():
    for kind, forward in ((LSTMParams, lstm), (GRUParams, gru)):
        empty = kind(np.zeros((0, 2)), np.zeros((0, 0)), np.zeros(0), np.zeros(0))
        with pytest.raises(ValueError, match=r"params.weight_hh: expected at least one hidden unit"):
            forward(np.zeros((1, 1, 2)), empty)


def test_weights_of_the_other_network_are_refused():
    x, params, *_ = ready("lstm")
    with pytest.raises(TypeError, match="params: expected GRUParams, got LSTMParams"):
        gru(x, params)
    with pytest.raises(TypeError, match="params: expected LSTMParams, got tuple"):
        lstm(x, tuple(params))
    _, gru_params, _, gru_trace, grad_h = ready("gru")
    with pytest.raises(TypeError, match="trace: expected LSTMTrace, got GRUTrace"):
        lstm_backward(x, params, gru_trace, grad_h)
    with pytest.raises(TypeError, match="trace: expected GRUTrace, got NoneType"):
        gru_backward(x, gru_params, None, grad_h)


@pytest.mark.parametrize("name", ["h0", "c0"])
def test_bad_initial_states_are_refused(name):
    x, params, *_ = ready("lstm")
    _, gru_params, *_ = ready("gru")
    for bad, error, says in [
        (np.zeros((3, 3)), ValueError, r"expected shape \(3, 4\), got \(3, 3\)"),
        (np.zeros((1, 4)), ValueError, r"expected shape \(3, 4\), got \(1, 4\)"),
        (np.zeros((1, 3, 4)), ValueError, r"expected shape \(3, 4\), got \(1, 3, 4\)"),
        (np.full((3, 4), np.inf), ValueError, "NaN or inf"),
        ("zeros", TypeError, "real numbers"),
    ]:
        with pytest.raises(error, match=f"^{name}: .*{says}"):
            lstm(x, params, **{name: bad})
        if name == "h0":
            with pytest.raises(error, match=f"^{name}: .*{says}"):
                gru(x, gru_params, h0=bad)


@pytest.mark.parametrize("network", NETWORKS)
def test_bad_outside_gradients_and_traces_are_refused(network):
    x, params, backward, trace, grad_h = ready(network)
    with pytest.raises(ValueError, match=r"grad_h: expected shape \(6, 3, 4\), got \(3, 4\)"):
        backward(x, params, trace, grad_h[-1])
    for bad in (grad_h * 1j, None, "ones"):
        with pytest.raises(TypeError, match="grad_h: expected an array of real"):
            backward(x, params, trace, bad)
    for field in trace._fields:
        short = trace._replace(**{field: getattr(trace, field)[1:]})
        with pytest.raises(ValueError, match=rf"trace.{field}: expected shape \(6, 3, 4\), got \(5, 3, 4\)"):
            backward(x, params, short, grad_h)
    for bad in (np.nan, np.inf):
        spoiled = grad_h.copy()
        spoiled[2, 1, 3] = bad
        with pytest.raises(ValueError, match=r"^grad_h: holds NaN or infinit"):
            backward(x, params, trace, spoiled)
        for field in trace._fields:
            value = getattr(trace, field).copy()
            value[2, 1, 3] = bad
            with pytest.raises(
                ValueError, match=r"^trace, grad_h: hold NaN or inf|^trace\.c: holds NaN or inf"
            ):
                backward(x, params, trace._replace(**{field: value}), grad_h)


def test_bad_cell_gradients_are_refused():
    x, params, _, trace, grad_h = ready("lstm")
    with pytest.raises(ValueError, match=r"grad_c: expected shape \(6, 3, 4\), got \(3, 4\)"):
        lstm_backward(x, params, trace, grad_h, grad_c=grad_h[0])
    with pytest.raises(ValueError, match=r"^grad_c: holds NaN"):
        lstm_backward(x, params, trace, grad_h, grad_c=np.nan * grad_h)
    with pytest.raises(ValueError, match=r"^trace, grad_h: hold .* overflow"):
        lstm_backward(x, params, trace, grad_h, grad_c=np.full_like(grad_h, 1e308))
    with pytest.raises(TypeError, match="grad_c: expected an array of real"):
        lstm_backward(x, params, trace, grad_h, grad_c="none")


@pytest.mark.parametrize("bad", ["chung", "Torch", "", "torch "])
def test_an_unknown_convention_is_refused(bad):
    x, params, _, trace, grad_h = ready("gru")
    for call in (
        lambda: gru(x, params, convention=bad),
        lambda: gru_backward(x, params, trace, grad_h, convention=bad),
    ):
        with pytest.raises(ValueError, match=f"convention: expected one of torch, cho, got '{bad}'"):
            call()


@pytest.mark.parametrize("bad", [None, 1, True, ["torch"], {"torch"}, np.array("torch")])
def test_a_convention_that_is_no_string_is_refused(bad):
    x, params, *_ = ready("gru")
    with pytest.raises(TypeError, match="convention: expected one of torch, cho"):
        gru(x, params, convention=bad)


# Initial weights


@pytest.mark.parametrize(("init", "n_gates", "kind"), [(init_lstm, 4, LSTMParams), (init_gru, 3, GRUParams)])
def test_initial_weights_fill_the_interval_of_pytorch(init, n_gates, kind):
    params = init(5, 100, 0)
    assert type(params) is kind
    rows = n_gates * 100
    assert [p.shape for p in params] == [(rows, 5), (rows, 100), (rows,), (rows,)]
    for p in params:
        assert p.dtype == np.float64
        assert -0.1 <= p.min() < -0.097 and 0.097 < p.max() <= 0.1 and abs(p.mean()) < 0.012
    assert len({float(p.flat[0]) for p in params}) == 4
    close(params[0], init(5, 100, np.random.default_rng(0))[0], atol=0)
    assert not np.array_equal(params[0], init(5, 100, 1)[0])
    assert np.abs(init(5, 25, 0)[1]).max() > 0.19


@pytest.mark.parametrize("init", [init_lstm, init_gru])
@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ((0, 2, 0), ValueError, "n_in: expected 1 or more, got 0"),
        ((2, 0, 0), ValueError, "n_hidden: expected 1 or more, got 0"),
        ((2, -1, 0), ValueError, "n_hidden: expected 1 or more"),
        ((2.0, 2, 0), TypeError, "n_in: expected an integer"),
        ((2, "3", 0), TypeError, "n_hidden: expected an integer"),
        ((2, True, 0), TypeError, "n_hidden: expected an integer"),
        ((2, 2, "seed"), TypeError, "rng: expected"),
        ((2, 2, -1), ValueError, "rng: a seed is 0 or more"),
    ],
)
def test_bad_sizes_and_seeds_are_refused(init, arguments, error, says):
    with pytest.raises(error, match=says):
        init(*arguments)


# What the chapter says about the cells


def logit(p):
    return math.log(p / (1 - p))


def one_unit_lstm(i, f, g, o):
    """An LSTM of one unit whose gates are given, whatever x and h are."""
    bias = np.array([logit(i), logit(f), math.atanh(g), logit(o)])
    return LSTMParams(np.zeros((4, 1)), np.zeros((4, 1)), bias, np.zeros(4))


def one_unit_gru(z, n):
    bias = np.array([0.0, logit(z), math.atanh(n)])
    return GRUParams(np.zeros((3, 1)), np.zeros((3, 1)), bias, np.zeros(3))


def test_the_conveyor_belt_by_hand():  # RNN-09, 11, 17, 21
    trace = lstm([[[0.0]]], one_unit_lstm(i=0.5, f=0.25, g=0.8, o=0.9), c0=[[2.0]])
    close([trace.f[0, 0, 0] * 2, trace.i[0, 0, 0] * trace.g[0, 0, 0], trace.c[0, 0, 0]], [0.5, 0.4, 0.9])
    close(trace.h, [[[0.6446681]]], atol=1e-7)


def test_weights_are_shared_by_all_steps():  # RNN-04, 22
    assert sum(p.size for p in init_lstm(3, 2, 0)) == 56 and sum(p.size for p in init_gru(3, 2, 0)) == 42
    assert (
        sum(p.size for p in init_lstm(3, 2, 0)[:3]) == 48 and sum(p.size for p in init_gru(3, 2, 0)[:3]) == 36
    )
    params = init_lstm(3, 2, 0)
    assert lstm(np.ones((1, 1, 3)), params).h.shape == (1, 1, 2)
    assert lstm(np.ones((50, 1, 3)), params).h.shape == (50, 1, 2)


def test_x_alone_changes_h():  # RNN-05
    params = init_lstm(3, 2, 1)
    h0, c0 = np.full((2, 1, 2), 0.3)
    one, other = (lstm(np.full((1, 1, 3), value), params, h0, c0).h for value in (1.0, -1.0))
    assert np.abs(one - other).max() > 1e-2


def test_h_alone_changes_the_next_cell_and_the_cell_alone_no_gate():  # RNN-07, 14, 34
    params, x = init_lstm(3, 2, 1), np.ones((1, 1, 3))
    one, other = (lstm(x, params, h0=np.full((1, 2), h), c0=np.ones((1, 2))) for h in (0.0, 0.9))
    assert np.abs(one.c - other.c).max() > 1e-2 and np.abs(one.g - other.g).max() > 1e-2
    one, other = (lstm(x, params, c0=np.full((1, 2), c)) for c in (0.0, 0.9))
    for gate in "ifgo":
        np.testing.assert_array_equal(getattr(one, gate), getattr(other, gate))
    assert np.abs(one.c - other.c).min() > 0.1


@pytest.mark.parametrize("f", [0.9, 0.99])
def test_what_step_0_wrote_fades_by_the_product_of_forget_gates(f):  # RNN-06
    params = one_unit_lstm(i=0.5, f=f, g=0.5, o=0.5)
    x, zeros = np.zeros((100, 1, 1)), np.zeros((100, 1, 1))
    last = zeros.copy()
    last[-1] = 1
    _, _, _, grad_c0 = lstm_backward(x, params, lstm(x, params), zeros, grad_c=last, return_initial=True)
    close(grad_c0, [[f**100]], atol=1e-15)
    assert f"{0.9**100:.2e}" == "2.66e-05"


def test_the_lstm_may_keep_all_and_add_all():  # RNN-25
    params = one_unit_lstm(i=0.5, f=0.5, g=0.8, o=0.5)
    bias = np.array([50.0, 50.0, math.atanh(0.8), 0.0])  # σ(50) is 1 to within 2e-22
    close(lstm([[[0.0]]], params._replace(bias_ih=bias), c0=[[2.0]]).c, [[[2.8]]])


def test_the_gru_by_hand():  # RNN-24, 30
    def h(z, convention="cho"):
        return gru([[[0.0]]], one_unit_gru(z, 0.8), h0=[[2.0]], convention=convention).h.item()

    assert abs(h(0.25) - 1.7) < 1e-12 and abs(h(0.25, "torch") - 1.1) < 1e-12
    assert abs(h(1e-18) - 2) < 1e-12 and abs(h(1 - 1e-15) - 0.8) < 1e-12


@pytest.mark.parametrize("seed", range(3))
def test_negating_the_rows_of_z_turns_one_meaning_into_the_other(seed):  # RNN-27
    x, weights, h0, _, _ = draw(3, (7, 2, 3, 4, seed))
    params = GRUParams(*weights)
    diagonal = (
        params.weight_hh.copy()
    )  # a diagonal matrix for n, where the place of the reset gate is nothing
    diagonal[8:] = np.diag(np.diag(diagonal[8:]))
    inside = params.bias_hh.copy()
    inside[8:] = 0
    params = params._replace(weight_hh=diagonal, bias_hh=inside)
    sign = np.repeat([1.0, -1.0, 1.0], 4)
    negated = GRUParams(*(p * (sign[:, None] if p.ndim == 2 else sign) for p in params))
    torch_trace, cho_trace = gru(x, params, h0), gru(x, negated, h0, convention="cho")
    close(cho_trace.h, torch_trace.h)
    close(cho_trace.z, 1 - torch_trace.z)
    assert np.abs(gru(x, params, h0, convention="cho").h - torch_trace.h).max() > 0.1


def test_the_place_of_the_reset_gate_matters_unless_it_is_open():  # RNN-33
    x, weights, h0, _, _ = draw(3, (1, 1, 3, 4, 0))
    params = GRUParams(*weights)
    before = gru(x, params, h0, convention="cho")
    assert np.abs(before.n - gru(x, params, h0).n).max() > 1e-3
    for bias, open_ in ((1e3, True), (-1e3, False)):
        b = params.bias_ih.copy()
        b[:4] = bias
        p = params._replace(bias_ih=b)
        if open_:
            close(gru(x, p, h0, convention="cho").n, gru(x, p, h0).n)
        else:
            for convention in ("torch", "cho"):
                n = [gru(x, p, h, convention=convention).n for h in (h0, -3 * h0)]
                np.testing.assert_array_equal(*n)


@pytest.mark.parametrize("network", NETWORKS)
def test_a_sequence_carried_on_is_the_sequence_whole(network):
    x, params, _, whole, _ = ready(network)
    if network == "lstm":
        first = lstm(x[:2], params)
        second = lstm(x[2:], params, first.h[-1], first.c[-1])
    else:
        first = gru(x[:2], params, convention=CONVENTION[network])
        second = gru(x[2:], params, first.h[-1], convention=CONVENTION[network])
    for a, b, both in zip(first, second, whole, strict=True):
        close(np.concatenate([a, b]), both)


@pytest.mark.parametrize("network", NETWORKS)
def test_sequences_of_a_batch_know_nothing_of_each_other(network):
    case = torch_cases.case(network, "batch")
    together = ours(network, case)
    alone = []
    for b in range(3):
        one = dict(case)
        for key in ("x", "grad_h"):
            one[key] = case[key][:, b : b + 1]
        for key in ("h0", "c0", "grad_c_last"):
            one[key] = case[key][b : b + 1]
        alone.append(ours(network, one))
    close(np.concatenate([a["h"] for a in alone], axis=1), together["h"])
    close(np.concatenate([a["grad_x"] for a in alone], axis=1), together["grad_x"])
    for name in LSTMParams._fields:
        close(sum(a[f"grad_{name}"] for a in alone), together[f"grad_{name}"])
