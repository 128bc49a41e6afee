"""word2vec against autograd, counting by hand, gensim's cosines, and the article's claims."""

import importlib.util
import inspect
import itertools
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamen_core import _compile, trace, word2vec
from kamen_core._word2vec_loops import alias_table, draw

_spec = importlib.util.spec_from_file_location(
    "make_word2vec_torch", Path(__file__).parent / "data" / "make_word2vec_torch.py"
)
golden = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(golden)

TEN = [f"t{i}" for i in range(10)]


@pytest.fixture(scope="module")
def file():
    with np.load(golden.FILE) as arrays:
        return dict(arrays)


# --- windows and counts ----------------------------------------------------------------------------------


def test_ten_words_and_radius_two_make_34_pairs_and_10_contexts():
    pairs = word2vec.skipgram_pairs(TEN, 2)
    assert len(pairs) == 34
    assert pairs[:2] == [("t0", "t1"), ("t0", "t2")]
    assert [context for centre, context in pairs if centre == "t4"] == ["t2", "t3", "t5", "t6"]
    contexts = word2vec.cbow_contexts(TEN, 2)
    assert len(contexts) == 10
    assert [centre for _, centre in contexts] == TEN  # every word is the centre, exactly once
    assert contexts[0] == (("t1", "t2"), "t0")
    assert contexts[9] == (("t7", "t8"), "t9")


def test_a_thousand_words_and_radius_five():
    text = [str(i) for i in range(1000)]
    assert len(word2vec.skipgram_pairs(text, 5)) == word2vec.n_predictions(1000, 5) == 9970
    assert len(word2vec.cbow_contexts(text, 5)) == word2vec.n_predictions(1000, 5, "cbow") == 1000
    assert 9970 / 1000 == 2 * 5 - 5 * 6 / 1000
    # A word in the middle meets ten others, as centre and as neighbour alike.
    assert sum(centre == "500" for centre, _ in word2vec.skipgram_pairs(text, 5)) == 10
    assert sum("500" in contexts for contexts, _ in word2vec.cbow_contexts(text, 5)) == 10


@given(st.lists(st.integers(0, 3), max_size=9), st.integers(1, 12))
def test_windows_are_all_pairs_at_most_so_far_apart(sentence, window):
    expected = [
        (a, b)
        for (i, a), (j, b) in itertools.product(enumerate(sentence), repeat=2)
        if i != j and abs(i - j) <= window
    ]
    assert word2vec.skipgram_pairs(sentence, window) == expected
    assert word2vec.n_predictions(len(sentence), window) == len(expected)
    contexts = word2vec.cbow_contexts(sentence, window)
    assert word2vec.n_predictions(len(sentence), window, "cbow") == len(contexts)
    assert [(centre, word) for words, centre in contexts for word in words] == expected


def test_windows_refuse_what_is_no_sentence():
    for function in (word2vec.skipgram_pairs, word2vec.cbow_contexts):
        for bad in ("a text", b"x", 3, None):
            with pytest.raises(TypeError, match="sentence"):
                function(bad, 2)
        with pytest.raises(ValueError, match="window"):
            function(TEN, 0)
        with pytest.raises(TypeError, match="window"):
            function(TEN, 1.5)


def test_costs():
    assert word2vec.output_cost(100_000, 100, 5) == (10_000_000, 1700, 600)
    assert word2vec.output_cost(2, 3, 1) == (6, 3, 6)
    assert word2vec.multiply_adds(1, 1, 1) == 7
    assert word2vec.multiply_adds(1, 1, 1, "cbow") == 8
    assert word2vec.multiply_adds(3, 2, 10) == 3 * (9 + 1) * 10
    assert word2vec.multiply_adds(3, 2, 10, "cbow") == (9 + 6) * 10
    assert word2vec.multiply_adds(0, 2, 10) == word2vec.multiply_adds(0, 2, 10, "cbow") == 0
    ratio = [word2vec.multiply_adds(10, n, 1) / word2vec.multiply_adds(10, n, 1, "cbow") for n in (5, 500)]
    assert ratio[0] == 5 and 9.8 < ratio[1] < 10  # K only in the limit of many noise words
    for function, bad in (
        (word2vec.n_predictions, (-1, 2)),
        (word2vec.n_predictions, (3, 0)),
        (word2vec.n_predictions, (3, 1, "glove")),
        (word2vec.multiply_adds, (-1, 5, 5)),
        (word2vec.multiply_adds, (1, 0, 5)),
        (word2vec.multiply_adds, (1, 5, 0)),
        (word2vec.multiply_adds, (1, 5, 5, "CBOW")),
        (word2vec.output_cost, (1, 5, 5)),
        (word2vec.output_cost, (2, 0, 5)),
        (word2vec.output_cost, (2, 5, 0)),
    ):
        with pytest.raises(ValueError, match=r"expected"):
            function(*bad)


# --- one step --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", golden.GRADIENTS)
def test_gradients_are_autograds(name, file):
    step = word2vec.gradients(*golden.MATRICES, **golden.GRADIENTS[name])
    for field in ("loss", "vectors", "output_vectors"):
        np.testing.assert_allclose(getattr(step, field), file[f"{name}/{field}"], rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", golden.GRADIENTS)
def test_gradients_are_finite_differences(name):
    case, eps = golden.GRADIENTS[name], 1e-6
    step = word2vec.gradients(*golden.MATRICES, **case)
    analytic = np.stack([step.vectors, step.output_vectors])
    for i in np.ndindex(golden.MATRICES.shape):
        up, down = golden.MATRICES.copy(), golden.MATRICES.copy()
        up[i] += eps
        down[i] -= eps
        slope = (word2vec.gradients(*up, **case).loss - word2vec.gradients(*down, **case).loss) / (2 * eps)
        assert analytic[i] == pytest.approx(slope, abs=1e-8)


def test_cbow_gives_every_neighbour_the_same_quarter():
    inputs, outputs = golden.MATRICES
    contexts = [0, 1, 3, 4]
    exact = word2vec.gradients(inputs, outputs, 2, contexts, algorithm="cbow")
    whole = word2vec.gradients(inputs, outputs, 2, contexts, algorithm="cbow", cbow_update="word2vec.c")
    g = [-1.3935, -0.2788, 0.7564]
    np.testing.assert_allclose(whole.lessons, np.tile(g, (4, 1)), atol=5e-5)
    np.testing.assert_allclose(exact.lessons * 4, whole.lessons, rtol=1e-15)
    np.testing.assert_allclose(whole.vectors[contexts], exact.vectors[contexts] * 4, rtol=1e-15)
    assert np.linalg.matrix_rank(exact.lessons) == 1
    units = exact.lessons / np.linalg.norm(exact.lessons, axis=1, keepdims=True)
    np.testing.assert_allclose(units @ units.T, 1)
    # Rows that move: the neighbours' inputs, and every output row, by the outer product of errors and h.
    assert np.flatnonzero(exact.vectors.any(axis=1)).tolist() == contexts
    h = inputs[contexts].mean(axis=0)
    p = np.exp(outputs @ h) / np.exp(outputs @ h).sum()
    np.testing.assert_allclose(exact.output_vectors, np.outer(p - np.eye(6)[2], h), rtol=0, atol=1e-12)
    # A word that stands twice in the window gets its share twice.
    twice = word2vec.gradients(inputs, outputs, 2, [0, 0, 3, 4], algorithm="cbow")
    np.testing.assert_allclose(twice.vectors[0], 2 * twice.vectors[3], rtol=1e-15)


def test_skipgram_gives_the_centre_four_different_lessons():
    inputs, outputs = golden.MATRICES
    contexts = [0, 1, 3, 4]
    step = word2vec.gradients(inputs, outputs, 2, contexts)
    single = [word2vec.gradients(inputs, outputs, 2, [c]) for c in contexts]
    np.testing.assert_allclose(step.lessons, [s.vectors[2] for s in single], rtol=0, atol=1e-15)
    np.testing.assert_allclose(step.vectors[2], sum(s.vectors[2] for s in single), rtol=0, atol=1e-12)
    np.testing.assert_allclose(step.output_vectors, sum(s.output_vectors for s in single), rtol=0, atol=1e-12)
    assert step.loss == pytest.approx(sum(s.loss for s in single))
    assert np.flatnonzero(step.vectors.any(axis=1)).tolist() == [2]
    assert np.linalg.matrix_rank(step.lessons) == 3  # all that three dimensions allow
    noisy = word2vec.gradients(inputs, outputs, 2, [0, 1], [[5, 5], [5, 1]])
    assert np.flatnonzero(noisy.output_vectors.any(axis=1)).tolist() == [0, 1, 5]


def test_gradients_survive_huge_scores_and_leave_their_inputs_alone():
    inputs, outputs = 1e3 * golden.MATRICES
    inputs.flags.writeable = outputs.flags.writeable = False
    for negatives in (None, [1, 5]):
        step = word2vec.gradients(inputs, outputs, 2, [0, 3], negatives, algorithm="cbow")
        assert all(np.isfinite(field).all() for field in step)
    same = word2vec.gradients(inputs, outputs[:, ::-1][:, ::-1], 2, [0, 3], negatives, algorithm="cbow")
    assert same.loss == step.loss


@pytest.mark.parametrize(
    ("change", "error", "name"),
    [
        ({"vectors": np.ones(3)}, ValueError, "vectors"),
        ({"vectors": np.ones((6, 2))}, ValueError, "output_vectors"),
        ({"vectors": np.full((6, 3), np.nan)}, ValueError, "vectors"),
        ({"output_vectors": [["a"]]}, TypeError, "output_vectors"),
        ({"centre": 6}, ValueError, "centre"),
        ({"centre": -1}, ValueError, "centre"),
        ({"centre": 1.0}, TypeError, "centre"),
        ({"centre": [1]}, ValueError, "centre"),
        ({"contexts": []}, ValueError, "contexts"),
        ({"contexts": [0, 6]}, ValueError, "contexts"),
        ({"contexts": "ab"}, TypeError, "contexts"),
        ({"contexts": 3}, ValueError, "contexts"),
        ({"contexts": [True, False]}, TypeError, "contexts"),
        ({"negatives": [1, 2]}, ValueError, "negatives"),
        ({"negatives": [[1], [2], [3]]}, ValueError, "negatives"),
        ({"negatives": [[1, 2], [3]]}, (TypeError, ValueError), "negatives"),
        ({"negatives": [[1], [-1]]}, ValueError, "negatives"),
        ({"algorithm": "cbow", "negatives": [[1], [2]]}, ValueError, "negatives"),
        ({"algorithm": "Skipgram"}, ValueError, "algorithm"),
        ({"algorithm": None}, TypeError, "algorithm"),
        ({"cbow_update": "mean"}, ValueError, "cbow_update"),
    ],
)
def test_gradients_refuse(change, error, name):
    good = {"vectors": np.ones((6, 3)), "output_vectors": np.ones((6, 3)), "centre": 2, "contexts": [0, 1]}
    word2vec.gradients(**good)
    with pytest.raises(error, match=f"^{name}"):
        word2vec.gradients(**(good | change))


# --- training --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", golden.TRAININGS)
def test_training_is_autograd_step_by_step(name, file):
    """Windows, noise, subsampling, decay, both updates: all as a slow float64 trainer has them."""
    model = word2vec.train(golden.SENTENCES, **golden.TRAININGS[name])
    assert model.vocabulary == tuple(file[f"{name}/vocabulary"])
    np.testing.assert_array_equal(model.counts, file[f"{name}/counts"])
    assert model.n_predictions == file[f"{name}/n_predictions"]
    assert isinstance(model.n_predictions, int)
    assert model.vectors.dtype == model.output_vectors.dtype == np.float32
    np.testing.assert_allclose(model.losses, file[f"{name}/losses"], rtol=0, atol=1e-6)
    np.testing.assert_allclose(model.vectors, file[f"{name}/vectors"], rtol=0, atol=2e-6)
    np.testing.assert_allclose(model.output_vectors, file[f"{name}/output_vectors"], rtol=0, atol=2e-6)


@pytest.mark.torch
@pytest.mark.skipif(os.environ.get("CI") != "true", reason="PyTorch itself is asked where CI=true")
def test_the_golden_file_is_what_torch_says(file):
    pytest.importorskip("torch")
    computed = golden.compute()
    assert computed.keys() == file.keys()
    for name, array in computed.items():
        if array.dtype.kind == "U":
            assert array.tolist() == file[name].tolist()
        else:
            np.testing.assert_allclose(array, file[name], rtol=0, atol=1e-10)


ALL_CASES = """
import sys
import numpy as np
sys.path.insert(0, sys.argv[1])
import make_word2vec_torch as golden
from kamen_core import _compile, word2vec
assert _compile.numba is None
arrays = {}
for name, case in golden.TRAININGS.items():
    model = word2vec.train(golden.SENTENCES, **case)
    arrays |= {f"{name}/{field}": value for field, value in model._asdict().items()}
np.savez(sys.argv[2], **arrays)
"""


def test_plain_python_gives_the_same_numbers(tmp_path):
    subprocess.run(
        [
            sys.executable,
            "-W",
            "error",
            "-c",
            ALL_CASES,
            str(golden.FILE.parent),
            str(tmp_path / "plain.npz"),
        ],
        env=os.environ | {"KAMEN_NUMBA": "0"},
        cwd=Path(__file__).parents[1],
        check=True,
    )
    with np.load(tmp_path / "plain.npz") as plain:
        for name, case in golden.TRAININGS.items():
            model = word2vec.train(golden.SENTENCES, **case)
            assert model.n_predictions == plain[f"{name}/n_predictions"]
            assert model.losses.dtype == plain[f"{name}/losses"].dtype == np.float64
            for field in ("vectors", "output_vectors", "losses"):
                np.testing.assert_allclose(
                    getattr(model, field),
                    plain[f"{name}/{field}"],
                    rtol=0,
                    atol=2e-6,
                    err_msg=f"{name} {field}",
                )


@settings(deadline=None)
@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=40))
def test_the_alias_table_holds_the_weights_exactly(weights):
    weights = np.array(weights, float)
    share, other = alias_table(weights)
    assert ((share >= 0) & (share <= 1 + 1e-12)).all()
    p = share.copy()
    np.add.at(p, other, 1 - share)
    np.testing.assert_allclose(p / len(weights), weights / weights.sum(), rtol=0, atol=1e-12)


def test_draws_follow_the_table():
    weights = np.array([1.0, 5.0, 0.5, 3.0, 2.0])
    share, other = alias_table(weights)
    rng = np.random.default_rng(4)
    drawn = np.bincount([draw(share, other, rng) for _ in range(20_000)], minlength=5)
    expected = weights / weights.sum() * 20_000
    chi2 = ((drawn - expected) ** 2 / expected).sum()
    assert chi2 < 18.5  # 99.9 % of a χ² with 4 degrees of freedom
    assert ((drawn - expected) ** 2 / expected).sum() > 0


CORPUS = word2vec.topic_corpus(5, n_topics=3, n_common=6, n_rare=2, n_sentences=12, length=10)
SMALL = {"vector_size": 6, "epochs": 2, "alpha": 0.1}


@pytest.mark.parametrize("algorithm", ["skipgram", "cbow"])
def test_one_seed_one_result(algorithm):
    first, again, other = (
        word2vec.train(CORPUS.sentences, algorithm, rng=seed, **SMALL) for seed in (7, 7, 8)
    )
    for a, b in zip(first, again, strict=True):
        np.testing.assert_array_equal(a, b)
    assert not np.array_equal(first.vectors, other.vectors)
    generator = word2vec.train(CORPUS.sentences, algorithm, rng=np.random.default_rng(7), **SMALL)
    np.testing.assert_array_equal(first.vectors, generator.vectors)
    unseeded = [word2vec.train(CORPUS.sentences, algorithm, **SMALL).vectors for _ in range(2)]
    assert not np.array_equal(*unseeded)
    mersenne = [
        word2vec.train(CORPUS.sentences, rng=np.random.Generator(np.random.MT19937(1)), **SMALL).vectors
        for _ in range(2)
    ]
    np.testing.assert_array_equal(*mersenne)


@pytest.mark.parametrize("algorithm", ["skipgram", "cbow"])
def test_epochs_are_the_same_training_seen(algorithm):
    arguments = {"algorithm": algorithm, "rng": 7, "sample": 0.2, "min_count": 4} | SMALL
    model = word2vec.train(CORPUS.sentences, **arguments)
    states = list(word2vec.epochs(CORPUS.sentences, **arguments))
    kept = [
        (s.vectors.copy(), s.output_vectors.copy()) for s in word2vec.epochs(CORPUS.sentences, **arguments)
    ]
    assert len(states) == 3
    np.testing.assert_array_equal(states[-1].vectors, model.vectors)
    np.testing.assert_array_equal(states[-1].output_vectors, model.output_vectors)
    assert [s.loss for s in states[1:]] == model.losses.tolist()
    assert states[-1].n_predictions == model.n_predictions
    assert 0 == states[0].n_predictions < states[1].n_predictions < states[2].n_predictions
    for state, (vectors, output_vectors) in zip(
        states, kept, strict=True
    ):  # yielded arrays stay as they were
        np.testing.assert_array_equal(state.vectors, vectors)
        np.testing.assert_array_equal(state.output_vectors, output_vectors)
    vocabulary = word2vec.count_words(CORPUS.sentences, min_count=4)
    assert vocabulary.vocabulary == model.vocabulary and len(vocabulary.counts) == len(states[0].vectors)
    stacked = trace.run(word2vec.epochs(CORPUS.sentences, **arguments), 2)
    assert stacked.vectors.shape == (3, len(model.vocabulary), 6) and stacked.loss.shape == (3,)


def test_epochs_has_the_arguments_of_train():
    of_train, of_epochs = (inspect.signature(f).parameters for f in (word2vec.train, word2vec.epochs))
    assert list(of_train) == [*of_epochs, "progress"]
    assert all(of_train[name].default == parameter.default for name, parameter in of_epochs.items())


@pytest.mark.parametrize("sample", [0.0, 0.1])
def test_empty_sentences_change_nothing(sample):
    settings = SMALL | {"sample": sample, "rng": 3, "min_count": 2}
    expected = word2vec.train(CORPUS.sentences, **settings)
    scattered = [[], ["once"], *CORPUS.sentences[:4], [], *CORPUS.sentences[4:], []]
    np.testing.assert_array_equal(word2vec.train(scattered, **settings).vectors, expected.vectors)


def test_the_untrained_state():
    first = next(word2vec.epochs(CORPUS.sentences, vector_size=50, negative=3, rng=0))
    assert not first.output_vectors.any()
    assert np.abs(first.vectors).max() <= 1 / 50 < 1.02 * np.abs(first.vectors).max()
    assert abs(first.vectors.mean()) < 2e-3
    assert first.loss == pytest.approx(4 * np.log(2))
    # Nothing learned yet, every choice is a coin toss, but for noise that hits the true word and is left out.
    barely = word2vec.train(
        CORPUS.sentences, vector_size=50, negative=3, epochs=1, alpha=1e-9, min_alpha=0, rng=0
    )
    assert 0.9 * first.loss < barely.losses[0] < first.loss


def test_predictions_counted():
    """Skip-gram predicts c + 1 neighbours on average but for the ends, CBOW one word a word."""
    sentence = [[f"w{i % 50}" for i in range(2000)]]
    window = 4
    fixed = {"window": window, "epochs": 3, "vector_size": 2, "negative": 1, "rng": 1}
    assert word2vec.train(sentence, "cbow", **fixed).n_predictions == 3 * 2000
    n = word2vec.train(sentence, "skipgram", **fixed).n_predictions
    mean = np.mean([word2vec.n_predictions(2000, r) for r in range(1, window + 1)])
    assert n == pytest.approx(3 * mean, rel=0.02)
    assert mean / 2000 == pytest.approx(window + 1, rel=0.01)
    one = word2vec.train(sentence, window=1, epochs=1, vector_size=2, rng=1)
    assert one.n_predictions == len(word2vec.skipgram_pairs(sentence[0], 1))


def test_windows_end_with_their_sentence():
    """Two halves with no word in common never meet: apart they train as they do together."""
    pairs = [["a", "b"], ["c", "d"]] * 30
    model = word2vec.train(pairs, vector_size=8, window=5, alpha=0.5, epochs=20, rng=0)
    nearest_outputs = np.argmax(model.vectors @ model.output_vectors.T, axis=1)
    partner = {"a": "b", "b": "a", "c": "d", "d": "c"}
    assert [model.vocabulary[i] for i in nearest_outputs] == [partner[w] for w in model.vocabulary]
    assert word2vec.train([["a", "b"], ["c"], [], ["d"]], rng=0, epochs=1).n_predictions == 2


def test_vocabulary_is_sorted_and_cut():
    sentences = [["b", "a", "a"], ["c", "b", "d"], [], ["a"]]
    assert word2vec.count_words(sentences).vocabulary == ("a", "b", "c", "d")
    assert word2vec.count_words(iter(sentences), 2).counts.tolist() == [3, 2]
    everything = Counter(w for s in CORPUS.sentences for w in s)
    words, counts = word2vec.count_words(CORPUS.sentences)
    assert dict(zip(words, counts.tolist(), strict=True)) == everything
    # Rare words go before windows are laid: a and b become neighbours.
    model = word2vec.train([["a", "x", "b"], ["b", "y", "a"]], window=1, min_count=2, epochs=1, rng=0)
    assert model.n_predictions == 4


def test_inputs_of_other_kinds_are_the_same():
    lists = [["a", "b", "c"], ["b", "a"]]
    expected = word2vec.train(lists, **SMALL, rng=0)
    for same in (
        iter(lists),
        tuple(map(tuple, lists)),
        [np.array(s) for s in lists],
        (iter(s) for s in lists),
    ):
        np.testing.assert_array_equal(word2vec.train(same, **SMALL, rng=0).vectors, expected.vectors)
    assert lists == [["a", "b", "c"], ["b", "a"]]


@pytest.mark.parametrize(
    ("sentences", "error"),
    [
        ([], ValueError),
        ([[]], ValueError),
        ([[], []], ValueError),
        (iter([]), ValueError),
        ([["a"], ["b"]], ValueError),
        ([["a", "a"]], ValueError),
        ([["a"]], ValueError),
        ("a text of words", TypeError),
        (["a text", "of words"], TypeError),
        ([b"ab"], TypeError),
        (None, TypeError),
        (3, TypeError),
        ([3], TypeError),
        ([None], TypeError),
        ([{"a", "b"}], TypeError),
        ([{"a": "b"}], TypeError),
        ([[1, 2]], TypeError),
        ([["a", None]], TypeError),
        ([["a", ["b"]]], TypeError),
        ([["a", float("nan")]], TypeError),
        ([["a", b"b"]], TypeError),
        ([np.array("a")], TypeError),
    ],
)
def test_corpora_refused(sentences, error):
    for function in (word2vec.train, word2vec.epochs):
        sentences, again = (
            itertools.tee(sentences) if hasattr(sentences, "__next__") else (sentences, sentences)
        )
        with pytest.raises(error, match="sentence"):
            function(again)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"algorithm": "glove"}, ValueError),
        ({"algorithm": "CBOW"}, ValueError),
        ({"algorithm": 1}, TypeError),
        ({"algorithm": ["cbow"]}, TypeError),
        ({"cbow_update": "gensim"}, ValueError),
        ({"cbow_update": None}, TypeError),
        ({"window": 0}, ValueError),
        ({"window": -2}, ValueError),
        ({"window": 2.0}, TypeError),
        ({"window": True}, TypeError),
        ({"vector_size": 0}, ValueError),
        ({"vector_size": "100"}, TypeError),
        ({"negative": 0}, ValueError),
        ({"negative": None}, TypeError),
        ({"min_count": 0}, ValueError),
        ({"min_count": 99}, ValueError),
        ({"min_count": 1.5}, TypeError),
        ({"epochs": 0}, ValueError),
        ({"epochs": 1.0}, TypeError),
        ({"alpha": 0}, ValueError),
        ({"alpha": -0.1}, ValueError),
        ({"alpha": np.nan}, ValueError),
        ({"alpha": "0.1"}, TypeError),
        ({"min_alpha": -1e-9}, ValueError),
        ({"min_alpha": 0.03}, ValueError),
        ({"min_alpha": np.inf}, ValueError),
        ({"sample": -0.1}, ValueError),
        ({"sample": 1.1}, ValueError),
        ({"sample": np.nan}, ValueError),
        ({"rng": -1}, ValueError),
        ({"rng": "seed"}, TypeError),
        ({"rng": np.random.RandomState(0)}, TypeError),
    ],
)
def test_settings_refused(change, error):
    (name,) = change
    for function in (word2vec.train, word2vec.epochs):  # epochs, too, at the call and not at the first state
        with pytest.raises(error, match=f"^{name}: "):
            function([["a", "b"]], **change)


def test_settings_at_their_limits():
    for least in (
        {"window": 1},
        {"vector_size": 1},
        {"negative": 1},
        {"epochs": 1},
        {"min_alpha": 0.0},
        {"min_alpha": 0.025},
        {"sample": 1.0},
        {"window": np.int64(2)},
        {"window": 10**9},
    ):
        assert np.isfinite(word2vec.train([["a", "b", "c"]], rng=0, **least).losses).all()


def test_training_that_runs_away_says_so():
    with pytest.raises(ValueError, match=r"^alpha: .*grow"):
        word2vec.train([["a", "b", "c"]] * 40, alpha=1e30, epochs=3, rng=0)


def test_subsampling_may_leave_nothing_to_predict():
    model = word2vec.train([["a", "b"]], sample=1e-12, epochs=2, rng=0)
    assert model.n_predictions == 0 and np.isnan(model.losses).all()


def test_progress_bar(capsys):
    quiet = word2vec.train(CORPUS.sentences, rng=1, **SMALL)
    assert capsys.readouterr().err == ""
    shown = word2vec.train(CORPUS.sentences, rng=1, **SMALL, progress=True)
    assert "2/2" in capsys.readouterr().err
    np.testing.assert_array_equal(quiet.vectors, shown.vectors)


# --- neighbours ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def random_model():
    rng = np.random.default_rng(2)
    words = tuple(f"w{i}" for i in range(30))
    return word2vec.Word2Vec(
        rng.normal(size=(30, 5)), np.zeros((30, 5)), words, np.ones(30, int), 0, np.array([])
    )


def test_neighbours_and_analogies_are_gensims(random_model):
    keyed = pytest.importorskip("gensim.models").KeyedVectors(5)
    keyed.add_vectors(random_model.vocabulary, random_model.vectors)
    for topn in (1, 4, 10, 29):
        ours, theirs = word2vec.most_similar(random_model, "w3", topn), keyed.most_similar("w3", topn=topn)
        assert [w for w, _ in ours] == [w for w, _ in theirs]
        np.testing.assert_allclose([c for _, c in ours], [c for _, c in theirs], atol=1e-6)
    theirs = keyed.most_similar(positive=["w5", "w9"], negative=["w1"], topn=10)
    ours = word2vec.analogy(random_model, "w1", "w5", "w9")
    assert [w for w, _ in ours] == [w for w, _ in theirs]
    np.testing.assert_allclose([c for _, c in ours], [c for _, c in theirs], atol=1e-6)


def test_neighbours_at_the_edges(random_model):
    assert len(word2vec.most_similar(random_model, "w0")) == 10
    assert len(word2vec.most_similar(random_model, "w0", topn=1000)) == 29
    assert "w0" not in dict(word2vec.most_similar(random_model, "w0", topn=1000))
    assert len(word2vec.analogy(random_model, "w0", "w1", "w2", topn=1000)) == 27
    same = word2vec.analogy(random_model, "w0", "w0", "w2", topn=3)  # a is to a as c is to c's neighbours
    assert [w for w, _ in same] == [w for w, _ in word2vec.most_similar(random_model, "w2", 4) if w != "w0"][
        :3
    ]
    flat = random_model._replace(vectors=np.zeros((30, 5)))
    assert word2vec.most_similar(flat, "w0", 2) == [("w1", 0.0), ("w2", 0.0)]
    assert word2vec.analogy(flat, "w0", "w1", "w2", 1) == [("w3", 0.0)]


def test_unknown_words_get_a_hint(random_model):
    with pytest.raises(KeyError, match="'w33' is not in the vocabulary; did you mean 'w3'"):
        word2vec.most_similar(random_model, "w33")
    with pytest.raises(KeyError, match=r"word: 'zebra' is not in the vocabulary\"$"):
        word2vec.most_similar(random_model, "zebra")
    for name, words in (("a", ("q", "w1", "w2")), ("b", ("w1", "q", "w2")), ("c", ("w1", "w2", "q"))):
        with pytest.raises(KeyError, match=f"{name}: 'q'"):
            word2vec.analogy(random_model, *words)
    for bad in (3, None, ["w1"], b"w1"):
        with pytest.raises(TypeError, match="word"):
            word2vec.most_similar(random_model, bad)
    for topn, error in ((0, ValueError), (-1, ValueError), (1.0, TypeError)):
        with pytest.raises(error, match="topn"):
            word2vec.most_similar(random_model, "w1", topn)
    with pytest.raises(TypeError, match="model"):
        word2vec.most_similar({"a": 1}, "a")


# --- rare words: the article's claim, measured -----------------------------------------------------------


def test_topic_corpus_is_as_promised():
    corpus = word2vec.topic_corpus(3)
    counter = Counter(word for sentence in corpus.sentences for word in sentence)
    assert sum(counter.values()) == 5000 and {len(s) for s in corpus.sentences} == {50}
    assert counter.keys() <= corpus.topic.keys() and len(corpus.rare) == 40 and len(corpus.topic) == 240
    assert {counter[word] for word in corpus.rare} == {3}
    assert min(counter[word] for word in corpus.topic.keys() - corpus.rare) > 3
    for i, sentence in enumerate(corpus.sentences):
        assert {corpus.topic[word] for word in sentence} == {i % 8}
    assert word2vec.topic_corpus(3) == corpus != word2vec.topic_corpus(4)
    for bad, name in (
        ({"n_topics": 0}, "n_topics"),
        ({"n_sentences": 7}, "n_sentences"),
        ({"length": 0}, "length"),
        ({"n_rare": 1000}, "n_rare"),
        ({"n_times": 0}, "n_times"),
        ({"n_common": 0}, "n_common"),
    ):
        with pytest.raises(ValueError, match=f"^{name}"):
            word2vec.topic_corpus(0, **bad)


def test_neighbour_precision_counts(random_model):
    labels = [i % 3 for i in range(30)]
    precision = word2vec.neighbour_precision(random_model, labels, topn=4)
    for i, word in enumerate(random_model.vocabulary):
        near = [random_model.vocabulary.index(w) for w, _ in word2vec.most_similar(random_model, word, 4)]
        assert precision[i] == np.mean([labels[j] == labels[i] for j in near])
    assert (word2vec.neighbour_precision(random_model, ["x"] * 30, topn=29) == 1).all()
    # Two thousand words, two and two alike: the nearest is the twin, and never the word itself.
    twins = np.repeat(np.random.default_rng(0).normal(size=(1000, 8)), 2, axis=0)
    many = random_model._replace(vectors=twins, vocabulary=tuple(map(str, range(2000))))
    assert (word2vec.neighbour_precision(many, np.arange(2000) // 2, topn=1) == 1).all()
    assert (word2vec.neighbour_precision(many, np.arange(2000), topn=1) == 0).all()
    for labels, topn, name in (([1, 2], 3, "labels"), (["x"] * 30, 30, "topn"), (["x"] * 30, 0, "topn")):
        with pytest.raises(ValueError, match=f"^{name}"):
            word2vec.neighbour_precision(random_model, labels, topn)


@pytest.mark.skipif(_compile.numba is None, reason="takes minutes in plain Python")
def test_rare_words_the_order_depends_on_the_budget():
    """Equal epochs: skip-gram first. About as many predictions: CBOW first. Both know the common words."""

    def quality(seed, *arguments, **settings):
        corpus = word2vec.topic_corpus(seed)
        model = word2vec.train(corpus.sentences, *arguments, vector_size=20, rng=seed, **settings)
        precision = word2vec.neighbour_precision(model, [corpus.topic[w] for w in model.vocabulary])
        rare = np.array([w in corpus.rare for w in model.vocabulary])
        return precision[rare].mean(), precision[~rare].mean(), model.n_predictions

    seeds = range(4)
    skipgram = np.array([quality(s, "skipgram", alpha=0.04) for s in seeds])
    one_epoch = np.array([quality(s, "skipgram", alpha=0.04, epochs=1) for s in seeds])
    as_c = np.array([quality(s, "cbow", alpha=0.04, cbow_update="word2vec.c") for s in seeds])
    exact = np.array([quality(s, "cbow", alpha=0.4) for s in seeds])
    assert (skipgram[:, 0] > as_c[:, 0] + 0.1).all()
    assert (skipgram[:, 1] > 0.97).all() and (as_c[:, 1] > 0.97).all()
    assert (abs(skipgram[:, 1] - as_c[:, 1]) < 0.02).all()
    assert (as_c[:, 2] == 25_000).all() and (abs(one_epoch[:, 2] - 29_000) < 1000).all()
    assert (one_epoch[:, 0] < as_c[:, 0] - 0.1).all()
    # With the exact gradient and the rate it wants, much of the gap is gone.
    assert (exact[:, 0] > as_c[:, 0]).all() and exact[:, 0].mean() > 0.85


def test_numba_is_what_these_tests_compiled_with():
    """Where numba is installed and not refused, the loops are compiled: else the speed is a rumour."""
    compiled = _compile.numba is not None
    assert hasattr(word2vec.skipgram_epoch, "signatures") == compiled
    assert callable(word2vec.skipgram_epoch.py_func)


def test_the_smallest_sizes():
    """One of everything: one topic with one word and a rare one, which takes its only place."""
    smallest = dict.fromkeys(("n_topics", "n_common", "n_rare", "n_times", "n_sentences", "length"), 1)
    assert word2vec.topic_corpus(0, **smallest).sentences == [["rare0.0"]]
    assert word2vec.topic_corpus(0, **smallest | {"n_rare": 0}).sentences == [["common0.0"]]
    with pytest.raises(ValueError, match="n_rare"):  # one sentence of two words a topic, at least
        word2vec.topic_corpus(0, n_topics=2, n_common=1, n_rare=3, n_times=1, n_sentences=3, length=2)
    softmax, _, negative = word2vec.output_cost(2, vector_size=1, negative=1)
    assert (softmax, negative) == (2, 2)
