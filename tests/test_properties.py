"""What holds for any input: a property or more for each public function (`HELD`: where others are).

Each is cheap and has its reason outside the code: a symmetry, something kept, a bound, another way.
"""

import string

import numpy as np
import pytest
from _public import ROWS
from hypothesis import given, settings
from hypothesis import strategies as st

from kamen_core import backprop, brackets, chains, datasets, lda, lstm_gru, mcmc, rdd, roc_auc, spark, trace
from kamen_core import gradient_descent as descent
from kamen_core import word2vec as w2v

quick = settings(max_examples=15, deadline=None)
seeds = st.integers(0, 2**32 - 1)
sizes = st.integers(1, 5)
METHODS = [descent.gd, descent.momentum, descent.nag, descent.adagrad, descent.rmsprop, descent.adam]
METHODS += [descent.adamw, descent.amsgrad]
ADAPTIVE = METHODS[3:6] + METHODS[7:]
SURFACES = [descent.bowl, descent.ravine, descent.rosenbrock, descent.beale, descent.saddle]

# Functions whose properties are elsewhere, and where.
HELD = {
    "gradient_descent.normal_equation": "test_least_squares",
    "gradient_descent.minibatch_grad": "test_least_squares",
    "backprop.softmax": "test_backprop",
    "backprop.sigmoid": "test_backprop",
    "backprop.tanh": "test_backprop",
    "backprop.relu": "test_backprop",
    "mcmc.stationary": "test_mcmc",
    "chains.gibbs_matrix": "test_chains",
    "lda.log_likelihood": "test_lda",
    "lda.exact_posterior": "test_lda",
    "lda.gibbs": "test_lda",
    "lda.count": "test_lda",
    "roc_auc.auc": "test_roc_auc",
    "roc_auc.auc_pairs": "test_roc_auc",
    "roc_auc.auc_histogram": "test_roc_auc",
    "brackets.generate": "test_brackets",
    "brackets.read": "test_brackets",
    "rdd.portable_hash": "test_rdd",
    "rdd.LocalContext": "test_rdd",
}
# No property: fixed data, or a bar on the screen.
FIXED = {"trace.bar"} | {f"datasets.{name}" for name in (
    "bible", "tang_poems", "bracket_networks", "breast_cancer_scores", "breast_cancer_features", "penguins",
    "digits", "word2vec_findings", "topic_runs", "word_vectors",
)}  # fmt: skip
SEEN = set()


def of(*names):
    """Of which functions a test holds a property."""
    SEEN.update(names)
    return lambda test: quick(test)


def paths(method, theta, n=4, grad=lambda theta: theta * theta * theta - theta, **more):
    return trace.run(method(grad, theta, lr=0.125, **more), n).theta


# ---- trace


@of("trace.run", "trace.stack")
@given(n=st.integers(0, 9), k=st.integers(0, 9))
def test_a_shorter_run_is_the_beginning_of_a_longer_one(n, k):
    def states():
        return descent.momentum(lambda theta: theta, [1.0, 2.0], lr=0.5)

    long, short = trace.run(states(), n + k), trace.run(states(), n)
    assert all(
        np.array_equal(a[: n + 1], b) and len(a) == n + k + 1 for a, b in zip(long, short, strict=True)
    )
    one_by_one = [state for state, _ in zip(states(), range(n + 1), strict=False)]
    assert np.array_equal(trace.stack(one_by_one).v, short.v)


# ---- gradient descent


@pytest.mark.parametrize("method", METHODS)
@of(*(f"gradient_descent.{m.__name__}" for m in METHODS))
@given(seed=seeds, n=sizes)
def test_starts_do_not_know_of_each_other_nor_of_left_and_right(method, seed, n):
    theta = np.random.default_rng(seed).normal(size=(n, 2))
    together = paths(method, theta)
    assert np.array_equal(together, np.stack([paths(method, row) for row in theta], axis=1))
    assert np.array_equal(paths(method, -theta), -together)  # θ³ − θ is odd


@pytest.mark.parametrize("method", ADAPTIVE)
@given(seed=seeds, power=st.integers(-20, 20))
@quick
def test_adaptive_methods_do_not_see_the_unit_of_the_loss(method, seed, power):
    theta = np.random.default_rng(seed).normal(size=3)
    changed = paths(method, theta, grad=lambda t: 2.0**power * (t * t * t - t), eps=0)
    np.testing.assert_allclose(changed, paths(method, theta, eps=0), rtol=1e-9)


@of("gradient_descent.newton", "gradient_descent.least_squares_loss", "gradient_descent.least_squares_grad")
@given(seed=seeds, n=st.integers(3, 8), d=st.integers(1, 3))
def test_one_step_of_newton_solves_least_squares_from_anywhere(seed, n, d):
    rng = np.random.default_rng(seed)
    X, y, theta, h = rng.normal(size=(n, d)), rng.normal(size=n), rng.normal(size=d), rng.normal(size=d)
    loss = [descent.least_squares_loss(theta + s * h, X, y) for s in (1, -1)]
    slope = descent.least_squares_grad(theta, X, y) @ h
    np.testing.assert_allclose(loss[0] - loss[1], 2 * slope, atol=1e-9, rtol=1e-9)  # exact for a parabola
    if np.linalg.cond(X) < 1e3:
        steps = descent.newton(lambda t: descent.least_squares_grad(t, X, y), lambda t: X.T @ X, theta)
        found = trace.run(steps, 1).theta[1]
        np.testing.assert_allclose(found, np.linalg.lstsq(X, y, rcond=None)[0], atol=1e-7)


@pytest.mark.parametrize("surface", SURFACES)
@of(*(f"gradient_descent.{s}.{part}" for s in ("bowl", "ravine", "rosenbrock", "beale", "saddle")
      for part in ("loss", "grad", "hessian")))  # fmt: skip
@given(theta=st.tuples(st.floats(-2, 2), st.floats(-2, 2)))
def test_slopes_and_curvatures_are_derivatives(surface, theta):
    grad = backprop.numerical_gradient(surface.loss, theta)
    np.testing.assert_allclose(surface.grad(theta), grad, atol=1e-4, rtol=1e-5)
    hessian = surface.hessian(theta)
    assert np.array_equal(hessian, hessian.T)
    for i in range(2):
        row = backprop.numerical_gradient(lambda t, i=i: surface.grad(t)[i], theta)
        np.testing.assert_allclose(hessian[i], row, atol=1e-3, rtol=1e-5)


# ---- backprop


def batch(seed, n, n_classes=3):
    rng = np.random.default_rng(seed)
    layers = backprop.init((2, 4, n_classes), rng)
    return layers, rng.normal(size=(n, 2)), backprop.one_hot(rng.integers(n_classes, size=n), n_classes), rng


@of("backprop.init", "backprop.forward", "backprop.backward")
@given(seed=seeds, n=sizes, m=sizes)
def test_the_gradient_of_two_batches_is_the_weighted_mean_of_theirs(seed, n, m):
    layers, x, y, rng = batch(seed, n + m)
    assert all((layer.bias == 0).all() for layer in layers)

    def grads(rows):
        fwd = backprop.forward(layers, x[rows], "tanh")
        return [g for layer in backprop.backward(layers, fwd, y[rows], "tanh").grads for g in layer]

    whole, first, second = grads(slice(None)), grads(slice(n)), grads(slice(n, None))
    for a, b, c in zip(whole, first, second, strict=True):
        np.testing.assert_allclose((n + m) * a, n * b + m * c, atol=1e-12)
    order = rng.permutation(n + m)
    shuffled, straight = backprop.forward(layers, x[order]).a[-1], backprop.forward(layers, x).a[-1]
    np.testing.assert_allclose(shuffled, straight[order], rtol=1e-12)


@of(
    "backprop.cross_entropy",
    "backprop.cross_entropy_with_logits",
    "backprop.softmax_jacobian",
    "backprop.one_hot",
)
@given(seed=seeds, n=sizes, k=st.integers(1, 5))
def test_no_guess_costs_less_than_the_truth(seed, n, k):
    rng = np.random.default_rng(seed)
    z, truth = rng.normal(size=(n, k)) * 3, backprop.softmax(rng.normal(size=(n, k)))
    assert backprop.cross_entropy(backprop.softmax(z), truth) >= backprop.cross_entropy(truth, truth) - 1e-12
    jacobian = backprop.softmax_jacobian(z)
    assert np.array_equal(jacobian, np.swapaxes(jacobian, -1, -2))
    np.testing.assert_allclose(jacobian.sum(axis=-1), 0, atol=1e-14)
    labels = rng.integers(k, size=n)
    hot = backprop.one_hot(labels, k)
    assert (
        np.array_equal(hot.argmax(axis=1), labels)
        and (hot.sum(axis=1) == 1).all()
        and set(hot.flat) <= {0, 1}
    )
    shift = rng.normal(size=(n, 1)) * 100
    np.testing.assert_allclose(
        backprop.cross_entropy_with_logits(z + shift, hot),
        backprop.cross_entropy_with_logits(z, hot),
        atol=1e-10,
    )


@of("backprop.train", "backprop.numerical_gradient")
@given(seed=seeds, lr=st.floats(0, 0.5))
def test_every_step_goes_down_the_numerical_gradient(seed, lr):
    layers, x, y, _ = batch(seed, 4)
    states = trace.run(backprop.train(layers, x, y, lr), 1)

    def loss(weight):
        changed = (layers[0]._replace(weight=weight), layers[1])
        return backprop.cross_entropy(backprop.forward(changed, x).a[-1], y)

    slope = backprop.numerical_gradient(loss, layers[0].weight)
    np.testing.assert_allclose(states.layers[0].weight[1], layers[0].weight - lr * slope, atol=1e-8)
    np.testing.assert_allclose(states.loss[0], loss(layers[0].weight))


# ---- lstm, gru

CELLS = [
    (lstm_gru.init_lstm, lstm_gru.lstm, lstm_gru.lstm_backward, ("h", "c")),
    (lstm_gru.init_gru, lstm_gru.gru, lstm_gru.gru_backward, ("h",)),
]


@pytest.mark.parametrize(("init", "run", "back", "carried"), CELLS, ids=["lstm", "gru"])
@of("lstm_gru.init_lstm", "lstm_gru.lstm", "lstm_gru.lstm_backward", "lstm_gru.init_gru", "lstm_gru.gru",
    "lstm_gru.gru_backward")  # fmt: skip
@given(seed=seeds, first=sizes, then=sizes, n=sizes)
def test_a_sequence_may_be_cut_anywhere_and_sequences_do_not_meet(
    init, run, back, carried, seed, first, then, n
):
    rng = np.random.default_rng(seed)
    params = init(2, 4, rng)
    assert all((np.abs(p) <= 0.5).all() for p in params)  # ±1/√H
    x = rng.normal(size=(first + then, n, 2))
    whole, start = run(x, params), run(x[:first], params)
    rest = run(x[first:], params, **{f"{name}0": getattr(start, name)[-1] for name in carried})
    for a, b, c in zip(whole, start, rest, strict=True):
        np.testing.assert_allclose(a, np.concatenate([b, c]), atol=1e-13)
    order = rng.permutation(n)
    np.testing.assert_allclose(run(x[:, order], params).h, whole.h[:, order], atol=1e-13)
    g, h = rng.normal(size=(2, *whole.h.shape))
    for sum_, a, b in zip(*(back(x, params, whole, grad)[0] for grad in (g + 2 * h, g, h)), strict=True):
        np.testing.assert_allclose(sum_, a + 2 * b, atol=1e-11)  # linear in what comes from outside


# ---- word2vec

sentence = st.lists(st.sampled_from("abcdef"), max_size=8)


@of("word2vec.skipgram_pairs", "word2vec.cbow_contexts", "word2vec.n_predictions", "word2vec.count_words")
@given(sentence=sentence, window=st.integers(1, 9), least=st.integers(1, 3))
def test_predictions_are_counted_and_symmetric(sentence, window, least):
    pairs, contexts = w2v.skipgram_pairs(sentence, window), w2v.cbow_contexts(sentence, window)
    assert len(pairs) == w2v.n_predictions(len(sentence), window)
    assert len(contexts) == w2v.n_predictions(len(sentence), window, "cbow")
    assert sorted(pairs) == sorted((b, a) for a, b in pairs)  # whom I see sees me
    assert sorted(pairs) == sorted((centre, word) for words, centre in contexts for word in words)
    if any(sentence.count(word) >= least for word in sentence):
        words, counts = w2v.count_words([sentence], least)
        assert {w: int(n) for w, n in zip(words, counts, strict=True)} == {
            w: sentence.count(w) for w in sentence if sentence.count(w) >= least
        }
        assert list(counts) == sorted(counts, reverse=True)


@of("word2vec.train", "word2vec.epochs")
@given(seed=seeds, algorithm=st.sampled_from(["skipgram", "cbow"]), n_epochs=st.integers(1, 3))
def test_the_names_of_words_do_not_matter(seed, algorithm, n_epochs):
    rng = np.random.default_rng(seed)
    corpus = [[f"w{i}" for i in rng.integers(4, size=6)] for _ in range(3)]
    corpus.append(["w0", "w1"])  # at least two different words
    renamed = [[word.replace("w", "v") for word in words] for words in corpus]
    options = {"algorithm": algorithm, "vector_size": 3, "epochs": n_epochs, "rng": seed}
    a, b = w2v.train(corpus, **options), w2v.train(renamed, **options)
    assert np.array_equal(a.vectors, b.vectors) and np.array_equal(a.output_vectors, b.output_vectors)
    assert [word.replace("w", "v") for word in a.vocabulary] == list(b.vocabulary)
    states = list(w2v.epochs(corpus, **options))
    assert len(states) == n_epochs + 1 and np.array_equal(states[-1].vectors, a.vectors)
    assert np.array_equal([s.loss for s in states[1:]], a.losses)


@of("word2vec.most_similar", "word2vec.analogy", "word2vec.neighbour_precision")
@given(seed=seeds, n=st.integers(4, 9), topn=st.integers(1, 9), power=st.integers(-30, 30))
def test_neighbours_do_not_see_lengths_and_come_nearest_first(seed, n, topn, power):
    rng = np.random.default_rng(seed)
    vectors, words = rng.normal(size=(n, 3)), tuple(string.ascii_lowercase[:n])
    model = w2v.Word2Vec(vectors, vectors, words, np.ones(n, int), 0, np.array([]))
    longer = model._replace(vectors=vectors * 2.0**power)
    for found, same, n_out in (
        (w2v.most_similar(model, "a", topn), w2v.most_similar(longer, "a", topn), 1),
        (w2v.analogy(model, "a", "b", "c", topn), w2v.analogy(longer, "a", "b", "c", topn), 3),
    ):
        cosines = [cosine for _, cosine in found]
        assert cosines == sorted(cosines, reverse=True) and all(abs(c) <= 1 + 1e-12 for c in cosines)
        assert len({w for w, _ in found} - {"a", "b", "c"}) >= len(found) - 3 + n_out
        assert len(found) == min(topn, n - n_out) and [w for w, _ in same] == [w for w, _ in found]
    assert (w2v.neighbour_precision(model, ["x"] * n, min(topn, n - 1)) == 1).all()
    assert (w2v.neighbour_precision(model, range(n), min(topn, n - 1)) == 0).all()


@of("word2vec.gradients")
@given(seed=seeds, algorithm=st.sampled_from(["skipgram", "cbow"]), noisy=st.booleans())
def test_gradients_are_numerical_ones(seed, algorithm, noisy):
    rng = np.random.default_rng(seed)
    inputs, outputs = rng.normal(size=(2, 5, 2))
    contexts = rng.integers(5, size=3)
    noise = rng.integers(5, size=(3, 2) if algorithm == "skipgram" else 2) if noisy else None
    made = w2v.gradients(inputs, outputs, 1, contexts, noise, algorithm)
    by_inputs = backprop.numerical_gradient(
        lambda v: w2v.gradients(v, outputs, 1, contexts, noise, algorithm).loss, inputs
    )
    by_outputs = backprop.numerical_gradient(
        lambda v: w2v.gradients(inputs, v, 1, contexts, noise, algorithm).loss, outputs
    )
    np.testing.assert_allclose(made.vectors, by_inputs, atol=1e-7)
    np.testing.assert_allclose(made.output_vectors, by_outputs, atol=1e-7)


@of("word2vec.multiply_adds", "word2vec.output_cost", "word2vec.topic_corpus")
@given(k=st.integers(2, 20), d=st.integers(1, 50), negative=st.integers(1, 9), topics=sizes, seed=seeds)
def test_costs_grow_with_the_vectors_and_a_corpus_has_what_was_asked_for(k, d, negative, topics, seed):
    for algorithm in ("skipgram", "cbow"):
        assert w2v.multiply_adds(k, negative, d, algorithm) == d * w2v.multiply_adds(
            k, negative, 1, algorithm
        )
    assert w2v.multiply_adds(k, negative, d) == k * w2v.multiply_adds(1, negative, d)
    cost = w2v.output_cost(2**k, d, negative)
    assert cost == (2**k * d, k * d, (negative + 1) * d)
    corpus = w2v.topic_corpus(
        seed, n_topics=topics, n_common=3, n_rare=2, n_times=2, n_sentences=2 * topics, length=k
    )
    words = [word for sentence in corpus.sentences for word in sentence]
    assert {len(s) for s in corpus.sentences} == {k}
    assert all(words.count(word) == 2 for word in corpus.rare) and len(corpus.rare) == 2 * topics
    assert all(len({corpus.topic[word] for word in s}) == 1 for s in corpus.sentences)


# ---- mcmc, chains


@of("mcmc.walk", "mcmc.is_reversible", "chains.metropolis_matrix")
@given(seed=seeds, n=st.integers(2, 5), acceptance=st.sampled_from(["ratio", "product"]))
def test_accepted_proposals_balance_and_a_walk_takes_open_ways_only(seed, n, acceptance):
    rng = np.random.default_rng(seed)
    pi, Q = rng.random(n) + 0.1, rng.random((n, n)) * (rng.random((n, n)) < 0.7) + np.eye(n)
    P = chains.metropolis_matrix(pi, Q / Q.sum(axis=1, keepdims=True), acceptance)
    assert mcmc.is_reversible(P, pi / pi.sum())
    start = int(rng.integers(n))
    states = mcmc.walk(P, start, 30, seed)
    assert states[0] == start and len(states) == 31 and (P[states[:-1], states[1:]] > 0).all()


@of("mcmc.metropolis", "mcmc.gibbs_normal")
@given(seed=seeds, shift=st.floats(-100, 100))
def test_chains_do_not_see_constants(seed, shift):
    def chain(constant):
        return trace.run(mcmc.metropolis(lambda x: constant - abs(x).sum(), [0.5, -1.0], 1.0, seed), 20)

    one, other = chain(0.0), chain(float(round(shift)))
    assert np.array_equal(one.x, other.x) and np.array_equal(one.accepted, other.accepted)
    np.testing.assert_allclose(one.acceptance, other.acceptance, atol=1e-10)
    cov = [[2.0, 0.5], [0.5, 1.0]]
    here = trace.run(mcmc.gibbs_normal([0, 0], cov, [1.0, 2.0], seed), 5).path
    there = trace.run(mcmc.gibbs_normal([shift] * 2, cov, [1.0 + shift, 2.0 + shift], seed), 5).path
    np.testing.assert_allclose(there, here + shift, atol=1e-9)


@of("chains.autocorrelation", "chains.effective_sample_size")
@given(seed=seeds, n=st.integers(4, 60), scale=st.floats(-1e6, 1e6).filter(lambda s: abs(s) > 1e-3))
def test_correlation_sees_neither_unit_nor_zero(seed, n, scale):
    x = np.random.default_rng(seed).normal(size=n)
    rho = chains.autocorrelation(x)
    assert abs(rho[0] - 1) < 1e-12 and (abs(rho) <= 1 + 1e-12).all()
    assert abs(rho[0] + 2 * rho[1:].sum()) < 1e-9  # the deviations from their mean add up to 0
    np.testing.assert_allclose(chains.autocorrelation(scale * x + 3), rho, atol=1e-6)
    assert 0 < chains.effective_sample_size(x) <= n * np.log10(n) + 1e-9


# ---- lda


@of("lda.theta", "lda.phi", "lda.topic_conditional", "lda.gibbs_tokens")
@given(seed=seeds, n_topics=st.integers(1, 4), alpha=st.floats(0.1, 5), eta=st.floats(0.1, 5))
def test_a_token_is_drawn_by_how_much_likelier_its_topics_make_everything(seed, n_topics, alpha, eta):
    rng = np.random.default_rng(seed)
    words, docs, z = rng.integers(3, size=6), rng.integers(2, size=6), rng.integers(n_topics, size=6)
    docs[0] = 1
    log_p = []
    for k in range(n_topics):
        z[2] = k
        log_p.append(lda.log_likelihood(lda.count(words, docs, z, n_topics, 3), alpha, eta))
    others = np.arange(6) != 2
    n_dk = np.bincount(z[others & (docs == docs[2])], minlength=n_topics)
    n_kw = np.bincount(z[others & (words == words[2])], minlength=n_topics)
    p = lda.topic_conditional(n_dk, n_kw, np.bincount(z[others], minlength=n_topics), 3, alpha, eta)
    expected = np.exp(log_p - np.max(log_p))
    np.testing.assert_allclose(p, expected / expected.sum(), rtol=1e-9)
    state = lda.count(words, docs, z, n_topics, 3)
    for table in (lda.theta(state, alpha), lda.phi(state, eta)):
        np.testing.assert_allclose(table.sum(axis=-1), 1)
        assert (table > 0).all()
    sweeps = trace.run(lda.gibbs(words, docs, n_topics, alpha, eta, seed, z), 1)
    steps = trace.run(lda.gibbs_tokens(words, docs, n_topics, alpha, eta, seed, z), 6)
    assert np.array_equal(steps.z[-1], sweeps.z[-1]) and np.array_equal(steps.n_kw[-1], sweeps.n_kw[-1])


@of("lda.generate")
@given(seed=seeds, lengths=st.lists(st.integers(1, 9), min_size=1, max_size=4), k=sizes, v=sizes)
def test_a_corpus_has_its_lengths_and_no_impossible_word(seed, lengths, k, v):
    rng = np.random.default_rng(seed)
    theta = (
        rng.dirichlet(np.ones(k), len(lengths)) * (rng.random((len(lengths), k)) < 0.7)
        + np.eye(k)[[0] * len(lengths)]
    )
    phi = rng.random((k, v)) * (rng.random((k, v)) < 0.7) + np.eye(v)[[0] * k]
    theta, phi = (table / table.sum(axis=1, keepdims=True) for table in (theta, phi))
    words, docs, z = lda.generate(len(lengths), lengths, theta, phi, rng)
    assert np.bincount(docs).tolist() == lengths
    assert (theta[docs, z] > 0).all() and (phi[z, words] > 0).all()


# ---- roc_auc, and the same on an RDD


@st.composite
def scored(draw, least=2):
    n = draw(st.integers(least, 12))
    labels = draw(st.lists(st.integers(0, 1), min_size=n, max_size=n).filter(lambda y: 0 < sum(y) < n))
    return labels, [score / 8 for score in draw(st.lists(st.integers(0, 8), min_size=n, max_size=n))]


@of("roc_auc.confusion", "roc_auc.roc_curve", "roc_auc.precision_recall_curve")
@given(sample=scored(), threshold=st.floats(-1, 2))
def test_curves_are_the_confusions_at_every_threshold(sample, threshold):
    labels, scores = sample
    counts = roc_auc.confusion(labels, scores, threshold)
    assert sum(counts) == len(labels) and counts.tp + counts.fn == sum(labels)
    turned = roc_auc.confusion([1 - y for y in labels], scores, threshold)
    assert turned == (counts.fp, counts.tp, counts.tn, counts.fn)
    fpr, tpr, thresholds = roc_auc.roc_curve(labels, scores)
    at = [roc_auc.confusion(labels, scores, t) for t in thresholds]
    assert [c.fpr for c in at] == fpr.tolist() and [c.tpr for c in at] == tpr.tolist()
    assert (np.diff(fpr) >= 0).all() and (np.diff(tpr) >= 0).all() and (np.diff(thresholds) < 0).all()
    area = np.trapezoid(tpr, fpr)
    np.testing.assert_allclose(area, roc_auc.auc(labels, scores), atol=1e-12)
    precision, recall, thresholds = roc_auc.precision_recall_curve(labels, scores)
    at = [roc_auc.confusion(labels, scores, t) for t in thresholds]
    assert [c.precision for c in at] == precision[:-1].tolist() and [c.recall for c in at] == recall[
        :-1
    ].tolist()


@of("spark.auc", "spark.auc_histogram", "spark.logistic_gd")
@given(sample=scored(), cut=st.integers(0, 12), n_parts=st.integers(1, 4))
def test_how_the_data_are_cut_does_not_matter(sample, cut, n_parts):
    labels, scores = sample
    parts = [(labels[:cut], scores[:cut]), (labels[cut:], scores[cut:])]
    sc = rdd.LocalContext(2)
    blocks = sc.parallelize(parts, n_parts)
    assert spark.auc(blocks) == roc_auc.auc(labels, scores)
    assert spark.auc_histogram(blocks, 5) == roc_auc.auc_histogram(labels, scores, 5)
    X = np.array([[1.0, s] for s in scores])
    whole = spark.logistic_gd(sc.parallelize([(X, labels)], 1), 0.5, 3)
    halves = [(X[rows], labels[rows]) for rows in (slice(cut), slice(cut, None)) if len(X[rows])]
    np.testing.assert_allclose(spark.logistic_gd(sc.parallelize(halves, n_parts), 0.5, 3), whole, atol=1e-12)


# ---- brackets, data


@of("brackets.one_hot", "brackets.predict", "brackets.p_next")
@given(text=st.text(brackets.ALPHABET, min_size=1, max_size=9))
def test_a_text_is_read_from_its_ones_and_a_network_gives_probabilities(text):
    hot = brackets.one_hot(text)
    assert "".join(brackets.ALPHABET[i] for i in hot.argmax(axis=1)) == text
    network = datasets.bracket_networks().gru
    trace_, p = brackets.predict(network, hot[:, None])
    np.testing.assert_allclose(p.sum(axis=-1), 1, rtol=1e-6)
    assert (p > 0).all() and np.array_equal(brackets.p_next(network, trace_.h), p)


@of("datasets.tokens", "datasets.sentences", "datasets.token_ids")
@given(lines=st.lists(st.text("ab 'Z-,春", max_size=9), max_size=4), least=st.integers(1, 3))
def test_tokens_are_numbered_where_they_stand(lines, least):
    document = datasets.Document("", "", tuple(lines))
    words = [word for line in lines for word in datasets.tokens(line)]
    assert [word for sentence in datasets.sentences([document]) for word in sentence] == words
    assert all(word == word.lower() and not set(word) & set(" ,") for word in words)
    ids = datasets.token_ids([document] * least, least)
    wanted = [word for word in words if word not in datasets.STOP_WORDS]
    assert ids.vocabulary[ids.words].tolist() == wanted * least
    assert np.array_equal(ids.docs, np.repeat(np.arange(least), len(wanted)))


@of("datasets.two_moons", "datasets.spirals")
@given(seed=seeds, n=st.integers(3, 40), classes=st.integers(1, 3))
def test_points_without_noise_lie_on_their_curves(seed, n, classes):
    x, labels = datasets.two_moons(n, 0.0, seed)
    centre = np.where(labels[:, None] == 0, [0, 0], [1, 0.5])
    np.testing.assert_allclose(np.linalg.norm(x - centre, axis=1), 1)
    assert ((x - centre)[:, 1] * np.where(labels == 0, 1, -1) >= -1e-12).all()
    assert np.ptp(np.bincount(labels)) <= 1
    x, labels = datasets.spirals(n, classes, 0.5, 0.0, seed)
    radius = np.linalg.norm(x, axis=1)
    angle = 2 * np.pi * (0.5 * radius + labels / classes)
    np.testing.assert_allclose(
        x, radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)]), atol=1e-12
    )
    assert len(labels) == n and np.ptp(np.bincount(labels, minlength=classes)) <= 1


def test_every_public_function_has_a_property():
    listed = {name for name in ROWS if not name.startswith("rdd.") or name.count(".") == 1}
    assert listed - SEEN - set(HELD) - FIXED == set()
    assert set(HELD) & SEEN == set()
