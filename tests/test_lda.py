import itertools
import json
import os
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import gammaln, logsumexp

from kamen_core.lda import (
    GibbsState,
    count,
    exact_posterior,
    generate,
    gibbs,
    gibbs_tokens,
    log_likelihood,
    phi,
    theta,
    topic_conditional,
)
from kamen_core.trace import run

# Three documents, [[0, 0, 1], [1, 2, 2], [0, 2]]: eight tokens, so two topics make 256 assignments.
WORDS = np.array([0, 0, 1, 1, 2, 2, 0, 2])
DOCS = np.array([0, 0, 0, 1, 1, 1, 2, 2])
ALPHA, ETA = 0.5, 0.1


def joint(words, docs, z, n_topics, n_words, alpha, eta):
    """p(w, z) in fractions, token by token from the urns: no gamma function, no tables."""
    alpha, eta, p = Fraction(alpha), Fraction(eta), Fraction(1)
    for i, (w, d, k) in enumerate(zip(words, docs, z, strict=True)):
        before = list(zip(words[:i], docs[:i], z[:i], strict=True))
        in_doc = [t for _, e, t in before if e == d]
        in_topic = [v for v, _, t in before if t == k]
        p *= (in_doc.count(k) + alpha) / (len(in_doc) + n_topics * alpha)
        p *= (in_topic.count(w) + eta) / (len(in_topic) + n_words * eta)
    return p


def naive_tables(words, docs, z, n_topics, n_words):
    n_dk = np.zeros((max(docs) + 1, n_topics), dtype=int)
    n_kw = np.zeros((n_topics, n_words), dtype=int)
    for w, d, k in zip(words, docs, z, strict=True):
        n_dk[d, k] += 1
        n_kw[k, w] += 1
    return n_dk, n_kw


@st.composite
def corpora(draw, most=8):
    n = draw(st.integers(1, most))
    words = draw(st.lists(st.integers(0, 3), min_size=n, max_size=n))
    docs = draw(st.lists(st.integers(0, 2), min_size=n, max_size=n))
    n_topics = draw(st.integers(1, 3))
    n_words = max(words) + 1 + draw(st.integers(0, 2))
    z = draw(st.lists(st.integers(0, n_topics - 1), min_size=n, max_size=n))
    return words, docs, n_topics, n_words, z


# --- the joint and the exact posterior


@settings(max_examples=60, deadline=None)
@given(corpora(), st.sampled_from([0.25, 0.5, 3.0]), st.sampled_from([0.125, 1.0, 2.5]))
def test_log_likelihood_is_the_product_of_the_urns(corpus, alpha, eta):
    words, docs, n_topics, n_words, z = corpus
    exact = joint(words, docs, z, n_topics, n_words, alpha, eta)
    state = count(words, docs, z, n_topics, n_words)
    assert log_likelihood(state, alpha, eta) == pytest.approx(
        float(np.log(float(exact))), rel=1e-12, abs=1e-12
    )


def test_log_likelihood_by_hand():
    # topics: 1/2 · 3/4 (alpha .5, two tokens alike), then 1/2; words: 1/2, then 1.5/3; and 1/2 in topic 1
    state = count([0, 1, 0], [0, 0, 1], [0, 0, 1], n_topics=2)
    by_hand = (1 / 2 * 1.5 / 2) * (1 / 2) * (1 / 2 * 1 / 3) * (1 / 2)
    assert float(np.exp(log_likelihood(state, alpha=0.5, eta=1.0))) == pytest.approx(by_hand, rel=1e-14)


def test_log_likelihood_is_the_formula_with_gamma_functions_at_size():
    rng = np.random.default_rng(0)
    words, docs, z = rng.integers(50, size=5000), rng.integers(30, size=5000), rng.integers(7, size=5000)
    state = count(words, docs, z, 7, 60)
    for a, e in [(50 / 7, 0.1), (1e-3, 1e-4), (20.0, 300.0)]:

        def urns(n, b):
            size = n.shape[1]
            return (
                gammaln(size * b)
                - size * gammaln(b)
                + gammaln(n + b).sum(axis=1)
                - gammaln(n.sum(axis=1) + size * b)
            ).sum()

        exact = urns(state.n_dk, a) + urns(state.n_kw, e)
        assert log_likelihood(state, a, e) == pytest.approx(exact, rel=1e-11)


def test_probabilities_of_all_corpora_and_topics_sum_to_1():
    docs, K, V = [0, 0, 1], 2, 3
    z = np.array(list(itertools.product(range(K), repeat=3)))
    total = 0
    for words in itertools.product(range(V), repeat=3):
        total += np.exp(log_likelihood(count(words, docs, z, K, V), 0.7, 0.3)).sum()
    assert total == pytest.approx(1, rel=1e-13)


def test_the_256_terms_of_the_small_corpus():
    z, p = exact_posterior(WORDS, DOCS, 2, ALPHA, ETA)
    assert z.shape == (256, 8) and p.shape == (256,)
    log_joint = log_likelihood(count(WORDS, DOCS, z, 2), ALPHA, ETA)
    assert logsumexp(log_joint) == pytest.approx(-11.482052, abs=1e-6)
    assert p.sum() == pytest.approx(1, rel=1e-14)
    assert p[z[:, 0] == 0].sum() == pytest.approx(0.5, rel=1e-12)
    together = [p[z[:, i] == z[:, j]].sum() for i, j in [(0, 1), (0, 4)]]
    np.testing.assert_allclose(together, [0.9491, 0.1590], atol=5e-5)
    assert exact_posterior(WORDS, DOCS, 3, ALPHA, ETA).z.shape == (6561, 8)


@settings(max_examples=30, deadline=None)
@given(corpora(most=5), st.sampled_from([0.25, 2.0]), st.sampled_from([0.125, 1.0]))
def test_exact_posterior_is_the_joint_over_its_sum(corpus, alpha, eta):
    words, docs, K, V, _ = corpus
    every = list(itertools.product(range(K), repeat=len(words)))
    weights = [joint(words, docs, z, K, V, alpha, eta) for z in every]
    z, p = exact_posterior(words, docs, K, alpha, eta, n_words=V)
    np.testing.assert_array_equal(z, every)
    np.testing.assert_allclose(p, [float(w / sum(weights)) for w in weights], rtol=1e-11)


def test_exact_posterior_counts_tokens_not_words():
    assert len(exact_posterior([0] * 10, [0] * 10, 2, 1, 1).p) == 1024
    assert len(exact_posterior([0] * 10, [0] * 10, 3, 1, 1).p) == 59049
    assert exact_posterior([0] * 300, [0] * 300, 1, 1, 1).p.tolist() == [1.0]
    assert exact_posterior([0] * 18, [0] * 18, 2, 1, 1).p.shape == (2**18,)
    for n, k in [(19, 2), (12, 3), (1000, 64)]:
        with pytest.raises(ValueError, match=rf"words: {k}\*\*{n} assignments"):
            exact_posterior([0] * n, [0] * n, k, 1, 1)


# --- the conditional


def test_topic_conditional_is_the_ratio_of_joints():
    z, _ = exact_posterior(WORDS, DOCS, 2, ALPHA, ETA)
    log_joint = log_likelihood(count(WORDS, DOCS, z, 2), ALPHA, ETA)
    worst = worst_kept = 0
    for s, i in itertools.product(range(256), range(8)):
        flipped = s ^ (1 << (7 - i))  # the assignment that differs in token i
        exact = 1 / (1 + np.exp(log_joint[flipped] - log_joint[s]))
        k = z[s, i]
        state = count(np.delete(WORDS, i), np.delete(DOCS, i), np.delete(z[s], i), 2, 3)
        p = topic_conditional(
            state.n_dk[DOCS[i]], state.n_kw[:, WORDS[i]], state.n_kw.sum(axis=1), 3, ALPHA, ETA
        )
        worst = max(worst, abs(p[k] - exact))
        state = count(WORDS, DOCS, z[s], 2, 3)  # token i left in
        p = topic_conditional(
            state.n_dk[DOCS[i]], state.n_kw[:, WORDS[i]], state.n_kw.sum(axis=1), 3, ALPHA, ETA
        )
        worst_kept = max(worst_kept, abs(p[k] - exact))
    assert worst < 1e-12
    assert worst_kept == pytest.approx(0.567, abs=1e-3)


def test_topic_conditional_of_rare_and_common_words():
    common = {"n_dk": [5, 3, 2], "n_k": [500, 300, 200], "n_words": 1000, "alpha": 0.5, "eta": 0.1}
    np.testing.assert_allclose(topic_conditional(n_kw=[0, 0, 0], **common), [0.349, 0.333, 0.317], atol=1e-3)
    np.testing.assert_allclose(topic_conditional(n_kw=[9, 0, 0], **common), [0.980, 0.010, 0.010], atol=1e-3)
    # exactly, from the definition
    a = [Fraction(11, 2) * Fraction(91, 10) / 600, Fraction(7, 2) * Fraction(1, 10) / 400]
    a.append(Fraction(5, 2) * Fraction(1, 10) / 300)
    np.testing.assert_allclose(
        topic_conditional(n_kw=[9, 0, 0], **common), [float(x / sum(a)) for x in a], rtol=1e-14
    )


def test_topic_conditional_of_a_single_word_and_of_a_single_topic():
    np.testing.assert_allclose(topic_conditional([1, 0], [3, 1], [3, 1], 1, 1.0, 0.5), [2 / 3, 1 / 3])
    assert topic_conditional([4], [0], [5], 3, 1.0, 0.5).tolist() == [1.0]


def test_topic_conditional_keeps_small_probabilities():
    p = topic_conditional([10**6, 0], [10**6, 0], [10**6, 0], 2, 1e-30, 1e-30)
    assert p[0] == 1 and p[1] == pytest.approx(1e-30 * 0.5 / 1e6, rel=1e-5)


# --- the sampler


def test_gibbs_reaches_the_exact_posterior():
    _, p = exact_posterior(WORDS, DOCS, 2, ALPHA, ETA)
    sweeps = 400_000
    place = 2 ** np.arange(8)[::-1]
    seen = np.zeros(256)
    for state in itertools.islice(gibbs(WORDS, DOCS, 2, ALPHA, ETA, rng=0), 1, sweeps + 1):
        seen[state.z @ place] += 1
    assert abs(seen / sweeps - p).sum() / 2 <= 0.01
    # names of topics aside: which tokens are together
    z = (np.arange(256)[:, None] // place) % 2
    same = z[:, :, None] == z[:, None, :]
    together = np.einsum("s,sij", seen / sweeps, same), np.einsum("s,sij", p, same)
    np.testing.assert_allclose(*together, atol=0.01)


def test_gibbs_reaches_the_exact_posterior_of_three_topics_and_unseen_words():
    words, docs = [0, 1, 1, 3], [1, 0, 1, 1]
    _, p = exact_posterior(words, docs, 3, 0.4, 0.8, n_words=6)
    seen = np.zeros(81)
    for state in itertools.islice(gibbs(words, docs, 3, 0.4, 0.8, rng=2, n_words=6), 1, 300_001):
        seen[state.z @ [27, 9, 3, 1]] += 1
    assert abs(seen / 300_000 - p).sum() / 2 <= 0.01


def test_two_starts_agree_on_which_tokens_are_together():
    means = []
    for seed in (1, 2):
        z = run(gibbs(WORDS, DOCS, 2, ALPHA, ETA, rng=seed), 20_000).z[500:]
        means.append((z[:, :, None] == z[:, None, :]).mean(axis=0))
    assert abs(means[0] - means[1]).max() < 0.02


def test_gibbs_is_the_loop_of_the_paper():
    """A second implementation from the definition, with the same uniform draws."""
    rng, ours = np.random.default_rng(11), gibbs(WORDS, DOCS, 3, 0.3, 0.2, rng=11, n_words=4)
    z = list(rng.integers(3, size=8))
    assert next(ours).z.tolist() == z
    for _ in range(60):
        for i, draw in enumerate(rng.random(8)):
            others = [j for j in range(8) if j != i]
            p = topic_conditional(
                [sum(z[j] == k and DOCS[j] == DOCS[i] for j in others) for k in range(3)],
                [sum(z[j] == k and WORDS[j] == WORDS[i] for j in others) for k in range(3)],
                [sum(z[j] == k for j in others) for k in range(3)],
                4,
                0.3,
                0.2,
            )
            z[i] = int(np.flatnonzero(np.cumsum(p) > draw)[0])
        assert next(ours).z.tolist() == z


STORY = {"K": 2, "V": 3, "alpha": 0.5, "eta": 0.2}
STORY_DOCS = np.repeat([0, 1], 4)


def features(words, z):
    state = count(words, STORY_DOCS, z, STORY["K"], STORY["V"])
    n_kw = state.n_kw
    return [
        (state.n_dk**2).sum(),
        (n_kw**2).sum(),
        (n_kw.sum(axis=1) ** 2).sum(),
        (np.bincount(words) ** 2).sum(),
        z[0] == z[4],
        z[0] == z[4] and words[0] == words[4],
        z[0] == z[1] and words[0] != words[1],
        words[0] == 0,
    ]


@pytest.fixture(scope="module")
def stories():
    """Topics and words from the front of the story: θ and φ, then z, then w."""
    K, V, alpha, eta = STORY.values()
    rng = np.random.default_rng(5)
    rows = []
    for _ in range(4000):
        corpus = generate(2, 4, rng.dirichlet([alpha] * K, 2), rng.dirichlet([eta] * V, K), rng)
        rows.append(features(corpus.words, corpus.z))
    return np.array(rows, dtype=float)


def geweke(stories, n=4000, **wrong):
    """The largest difference of means between the two routes, in standard errors."""
    K, V, alpha, eta = STORY.values()
    sampler = {"alpha": alpha, "eta": eta, **wrong}
    rng = np.random.default_rng(6)
    words, z = np.zeros(8, dtype=int), np.zeros(8, dtype=int)
    rows = []
    for _ in range(n):  # the sampler moves z given w, then w is drawn anew given z
        _, state = itertools.islice(gibbs(words, STORY_DOCS, K, rng=rng, z=z, n_words=V, **sampler), 2)
        z = state.z
        topics = np.array([rng.dirichlet(eta + row) for row in state.n_kw])
        words = (np.cumsum(topics, axis=1)[z, :-1] <= rng.random((8, 1))).sum(axis=1)
        rows.append(features(words, z))
    rows = np.array(rows, dtype=float)
    batches = rows.reshape(40, n // 40, -1).mean(axis=1)
    error = np.sqrt(stories.var(axis=0) / len(stories) + batches.var(axis=0, ddof=1) / 40)
    return abs((stories.mean(axis=0) - rows.mean(axis=0)) / error).max()


def test_geweke_joint_distribution_by_two_routes(stories):
    assert geweke(stories) < 3.5  # of eight differences, one in 270 runs is larger


@pytest.mark.parametrize("wrong", [{"alpha": 0.8}, {"eta": 0.8}])
def test_geweke_sees_a_sampler_of_another_model(stories, wrong):
    assert geweke(stories, **wrong) > 5


@settings(max_examples=40, deadline=None)
@given(corpora(), st.integers(0, 2**32))
def test_counts_belong_to_the_topics_after_every_sweep(corpus, seed):
    words, docs, K, V, z = corpus
    for state in itertools.islice(gibbs(words, docs, K, rng=seed, n_words=V, z=z), 6):
        n_dk, n_kw = naive_tables(words, docs, state.z, K, V)
        np.testing.assert_array_equal(state.n_dk, n_dk)
        np.testing.assert_array_equal(state.n_kw, n_kw)
        assert state.n_kw.sum() == len(words)


def test_gibbs_starts_where_it_is_told_and_leaves_arguments_alone():
    words, docs, z = WORDS.copy(), DOCS.copy(), np.array([0, 1, 0, 1, 0, 1, 0, 1])
    for a in (words, docs, z):
        a.setflags(write=False)
    steps = gibbs(words, docs, 2, rng=0, z=z)
    first = next(steps)
    assert isinstance(first, GibbsState) and first.z.tolist() == z.tolist()
    states = [next(steps) for _ in range(20)]
    kept = [tuple(a.copy() for a in s) for s in states]
    next(steps)
    for state, copy in zip(states, kept, strict=True):
        for a, b in zip(state, copy, strict=True):
            np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(words, WORDS)
    assert z.tolist() == [0, 1] * 4


def test_gibbs_keeps_its_own_copy_of_the_corpus_and_of_its_states():
    words, docs = WORDS.copy(), DOCS.copy()
    steps, clean = gibbs(words, docs, 2, rng=0), gibbs(WORDS, DOCS, 2, rng=0)
    words[:], docs[:] = 0, 0
    for _ in range(5):
        state, expected = next(steps), next(clean)
        np.testing.assert_array_equal(state.z, expected.z)
        for a in state:
            a[...] = 0  # what a reader does to a state is nothing to the chain


@pytest.mark.parametrize("change", [lambda a: a.astype(np.uint8), lambda a: np.repeat(a, 2)[::2], list])
def test_any_kind_of_integers_will_do(change):
    a = run(gibbs(change(WORDS), change(DOCS), 2, rng=3), 5)
    b = run(gibbs(WORDS, DOCS, 2, rng=np.random.default_rng(3)), 5)
    np.testing.assert_array_equal(a.z, b.z)


def test_defaults_are_alpha_a_tenth_and_eta_a_hundredth():
    a, b = run(gibbs(WORDS, DOCS, 3, rng=1), 40), run(gibbs(WORDS, DOCS, 3, 0.1, 0.01, 1), 40)
    np.testing.assert_array_equal(a.z, b.z)
    tokens = run(gibbs_tokens(WORDS, DOCS, 3, rng=1), 320)
    np.testing.assert_array_equal(tokens.z[::8], a.z)
    assert not np.array_equal(run(gibbs(WORDS, DOCS, 3, rng=2), 40).z, a.z)


def test_order_of_documents_is_free_and_documents_may_be_missing():
    state = next(gibbs([0, 1, 2], [4, 0, 4], 2, rng=0))
    assert state.n_dk.shape == (5, 2) and state.n_dk.sum(axis=1).tolist() == [1, 0, 0, 0, 2]


@pytest.mark.parametrize(
    ("alpha", "eta"), [(1e-100, 1e-100), (1e100, 1e100), (1e-100, 1e100), (1e100, 1e-100)]
)
def test_extreme_priors_neither_overflow_nor_run_off_the_roulette(alpha, eta):
    trace = run(gibbs(WORDS, DOCS, 3, alpha, eta, rng=0), 200)
    assert trace.z.min() >= 0 and trace.z.max() <= 2
    assert (trace.n_kw.sum(axis=(1, 2)) == 8).all()
    assert np.isfinite(log_likelihood(trace, alpha, eta)).all()


def test_one_topic_and_one_token():
    assert run(gibbs([0, 3], [0, 0], 1, rng=0), 3).z.tolist() == [[0, 0]] * 4
    z = run(gibbs([0], [0], 4, rng=0), 4000).z[:, 0]
    assert (abs(np.bincount(z) / len(z) - 0.25) < 4 * np.sqrt(0.25 * 0.75 / len(z))).all()


PLAIN = """
import json, sys
import numpy as np
from kamen_core import _compile, lda, mcmc
from kamen_core.trace import run
rng = np.random.default_rng(0)
words, docs = rng.integers(40, size=600), np.repeat(np.arange(20), 30)
trace = run(lda.gibbs(words, docs, 5, 0.3, 0.07, rng=1), 15)
tokens = run(lda.gibbs_tokens(words[:60], docs[:60], 5, 0.3, 0.07, rng=1), 120)
walk = mcmc.walk(np.full((3, 3), 1 / 3), 0, 200, rng=1)
print(json.dumps([_compile.numba is None, trace.z.tolist(), tokens.cumulative[1:].tolist(), walk.tolist()]))
"""


def test_the_same_numbers_with_and_without_numba():
    out = []
    for numba in ("0", "1"):
        ran = subprocess.run(
            [sys.executable, "-c", PLAIN],
            env={**os.environ, "KAMEN_NUMBA": numba},
            capture_output=True,
            text=True,
            check=True,
        )
        out.append(json.loads(ran.stdout))
    assert out[0][0] is True
    assert out[0][1:] == out[1][1:]


# --- token by token


def test_tokens_make_the_same_draws_as_sweeps():
    tokens = run(gibbs_tokens(WORDS, DOCS, 3, 0.4, 0.2, rng=9, n_words=5), 8 * 50)
    sweeps = run(gibbs(WORDS, DOCS, 3, 0.4, 0.2, rng=9, n_words=5), 50)
    for field in GibbsState._fields:
        np.testing.assert_array_equal(getattr(tokens, field)[::8], getattr(sweeps, field))
    assert tokens.token.tolist() == [-1, *list(range(8)) * 50]  # a sweep is all tokens of all documents


def test_tokens_tell_what_was_looked_at():
    K, V, a, e = 3, 4, 0.4, 0.2
    states = list(itertools.islice(gibbs_tokens(WORDS, DOCS, K, a, e, rng=4, n_words=V), 60))
    first = states[0]
    assert first.token == first.old == first.new == -1 and np.isnan(first.u)
    assert all(np.isnan(x).all() and x.shape == (K,) for x in (first.document, first.word, first.cumulative))
    for before, s in itertools.pairwise(states):
        i = s.token
        assert s.old == before.z[i] and s.new == s.z[i]
        np.testing.assert_array_equal(np.delete(s.z, i), np.delete(before.z, i))
        rest = np.arange(8) != i
        n_dk, n_kw = naive_tables([*WORDS[rest], 0], [*DOCS[rest], 2], [*before.z[rest], 0], K, V)
        n_dk[2, 0] -= 1
        n_kw[0, 0] -= 1
        np.testing.assert_allclose(s.document, n_dk[DOCS[i]] + a, rtol=1e-14)
        np.testing.assert_allclose(s.word, (n_kw[:, WORDS[i]] + e) / (n_kw.sum(axis=1) + V * e), rtol=1e-14)
        np.testing.assert_allclose(s.cumulative, np.cumsum(s.document * s.word), rtol=1e-14)
        assert 0 <= s.u < s.cumulative[-1]
        assert s.u < s.cumulative[s.new] and (s.new == 0 or s.u >= s.cumulative[s.new - 1])
        tables = naive_tables(WORDS, DOCS, s.z, K, V)
        np.testing.assert_array_equal(s.n_dk, tables[0])
        np.testing.assert_array_equal(s.n_kw, tables[1])
        np.testing.assert_allclose(
            np.diff(s.cumulative, prepend=0) / s.cumulative[-1],
            topic_conditional(n_dk[DOCS[i]], n_kw[:, WORDS[i]], n_kw.sum(axis=1), V, a, e),
            rtol=1e-9,
        )


def test_the_articles_snippet_on_one_token():
    order = [2, 0, 1, 3, 4, 5, 6, 7]  # token 2 first
    z = np.array([0, 0, 0, 0, 0, 1, 0, 1])
    steps = gibbs_tokens(WORDS[order], DOCS[order], 2, ALPHA, ETA, rng=0, z=z[order])
    next(steps)
    s = next(steps)
    p = np.diff(s.cumulative, prepend=0) / (2 + 2 * ALPHA)  # the last divisor, the same for every topic
    np.testing.assert_allclose(p, [0.172956, 0.007246], atol=1e-6)
    assert p.sum() == pytest.approx(0.180202, abs=1e-6)  # the total, neither 1 nor the largest
    np.testing.assert_allclose(p / p.sum(), [0.959788, 0.040212], atol=1e-6)
    # the total is the probability of the word given all else
    rest = np.arange(8) != 2
    with_word = logsumexp(
        [log_likelihood(count(WORDS, DOCS, [0, 0, k, 0, 0, 1, 0, 1], 2), ALPHA, ETA) for k in (0, 1)]
    )
    without = log_likelihood(count(WORDS[rest], DOCS[rest], z[rest], 2), ALPHA, ETA)
    assert np.exp(with_word - without) == pytest.approx(p.sum(), rel=1e-12)


def test_the_roulette_draws_in_proportion():
    hits = np.zeros(2)
    rng = np.random.default_rng(0)
    for _ in range(3000):  # alone in its document, two uses of its word in topic 0
        steps = gibbs_tokens([0, 0, 0], [0, 1, 1], 2, 1.0, 1.0, rng, z=[0, 0, 0], n_words=2)
        next(steps)
        s = next(steps)
        hits[s.new] += 1
    exact = s.cumulative[0] / s.cumulative[-1]
    assert exact == pytest.approx((3 / 4) / (3 / 4 + 1 / 2))
    assert abs(hits[0] / hits.sum() - exact) < 4 * np.sqrt(exact * (1 - exact) / hits.sum())


@pytest.mark.parametrize(("draw", "topic"), [(0.0, 0), (0.5, 1), (1 - 2**-53, 1)])
def test_the_ball_on_an_edge_belongs_to_the_next_topic(draw, topic):
    class Fixed(np.random.Generator):
        def random(self, n):
            return np.full(n, draw)

    for f in (gibbs, gibbs_tokens):  # one token, two topics of equal weight
        steps = f([0], [0], 2, 0.3, 0.3, Fixed(np.random.PCG64(0)))
        next(steps)
        assert next(steps).z.tolist() == [topic]


# --- estimates


def test_estimates_of_the_ledger():
    state = GibbsState(None, np.array([[6, 3, 1]]), np.array([[5, 0, 0, 5]]))
    np.testing.assert_allclose(theta(state, 0.1)[0], [0.592233, 0.300971, 0.106796], atol=1e-6)
    np.testing.assert_allclose(theta(state, 50 / 3)[0], [0.378, 0.328, 0.294], atol=1e-3)
    np.testing.assert_allclose(theta(state, 2.0)[0], [0.5, 0.3125, 0.1875], rtol=1e-14)
    np.testing.assert_allclose(phi(state, 0.1)[0], [0.490385, 0.009615, 0.009615, 0.490385], atol=1e-6)


def test_estimates_and_likelihoods_of_many_states_at_once():
    trace = run(gibbs(WORDS, DOCS, 3, rng=0, n_words=4), 7)
    t, f, ll = theta(trace, 0.3), phi(trace, 0.2), log_likelihood(trace, 0.3, 0.2)
    assert t.shape == (8, 3, 3) and f.shape == (8, 3, 4) and ll.shape == (8,)
    for s, state in enumerate(itertools.islice(gibbs(WORDS, DOCS, 3, rng=0, n_words=4), 8)):
        np.testing.assert_array_equal(t[s], theta(state, 0.3))
        np.testing.assert_array_equal(f[s], phi(state, 0.2))
        assert ll[s] == log_likelihood(state, 0.3, 0.2)
    np.testing.assert_allclose(t.sum(axis=-1), 1)
    np.testing.assert_allclose(f.sum(axis=-1), 1)


def test_an_empty_document_and_an_unused_topic_keep_the_prior():
    state = count([0, 1], [0, 2], [0, 0], n_topics=2)
    np.testing.assert_allclose(theta(state, 0.3)[1], [0.5, 0.5])
    np.testing.assert_allclose(phi(state, 0.3)[1], [0.5, 0.5])


@settings(max_examples=40, deadline=None)
@given(corpora())
def test_count_counts(corpus):
    words, docs, K, V, z = corpus
    state = count(words, docs, z, K, V)
    n_dk, n_kw = naive_tables(words, docs, z, K, V)
    np.testing.assert_array_equal(state.n_dk, n_dk)
    np.testing.assert_array_equal(state.n_kw, n_kw)
    assert state.z.tolist() == z
    many = count(words, docs, [[z, z[::-1], z]], K, V)
    assert many.n_dk.shape == (1, 3, *n_dk.shape) and many.n_kw.shape == (1, 3, *n_kw.shape)
    np.testing.assert_array_equal(many.n_dk[0, 2], n_dk)
    np.testing.assert_array_equal(many.n_kw[0, 1], naive_tables(words, docs, z[::-1], K, V)[1])


# --- the story


def test_words_have_the_frequencies_of_the_story():
    t, f = np.array([0.6, 0.3, 0.1]), np.array([[0.7, 0.2, 0.1], [0.1, 0.1, 0.8], [0.3, 0.4, 0.3]])
    n = 10_000
    corpus = generate(1, n, [t], f, rng=0)
    topics, words = np.bincount(corpus.z) / n, np.bincount(corpus.words) / n
    assert (abs(topics - t) < 4 * np.sqrt(t * (1 - t) / n)).all()
    assert abs(words - t @ f).max() < 0.02
    for k in range(3):
        m = (corpus.z == k).sum()
        within = np.bincount(corpus.words[corpus.z == k], minlength=3) / m
        assert (abs(within - f[k]) < 4 * np.sqrt(f[k] * (1 - f[k]) / m)).all()
    assert np.argsort(topics).tolist() == np.argsort(t).tolist()  # the likelier, the oftener
    z, w = corpus.z, corpus.words  # tokens of a document are drawn apart from each other
    assert abs(np.corrcoef(z[:-1], z[1:])[0, 1]) < 4 / np.sqrt(n)
    assert abs(np.corrcoef(w[:-1], w[1:])[0, 1]) < 4 / np.sqrt(n)


def test_each_document_has_its_own_topics_and_length():
    t = np.array([[1, 0], [0, 1], [0.5, 0.5]])
    corpus = generate(3, [2, 3, 1], t, [[0, 1, 0], [0, 0, 1]], rng=1)
    assert corpus.docs.tolist() == [0, 0, 1, 1, 1, 2]
    assert corpus.z[:5].tolist() == [0, 0, 1, 1, 1]
    np.testing.assert_array_equal(corpus.words, corpus.z + 1)
    assert all(a.dtype == np.int64 for a in corpus)


def test_generate_shares_one_theta_takes_float32_and_seeds():
    f = np.full((2, 5), 0.2, dtype=np.float32)
    a, b = (
        generate(4, 6, [0.5, 0.5], f, rng=3),
        generate(4, 6, np.full((4, 2), 0.5), f, np.random.default_rng(3)),
    )
    for x, y in zip(a, b, strict=True):
        np.testing.assert_array_equal(x, y)
    assert a.docs.tolist() == np.repeat(np.arange(4), 6).tolist()
    assert generate(4, 6, [0.5, 0.5], f, rng=4).words.tolist() != a.words.tolist()


# --- what the article says of priors and rare words


@pytest.fixture(scope="module")
def sixty_documents():
    rng = np.random.default_rng(1)
    t = rng.dirichlet([0.5] * 3, 60)
    common = generate(60, 36, t, rng.dirichlet([0.1] * 60, 3), rng)
    rare = np.arange(60 * 4) + 60  # and four words a document that occur nowhere else
    words = np.concatenate([common.words, rare])
    docs = np.concatenate([common.docs, np.repeat(np.arange(60), 4)])
    return t, words, docs


def switches(words, docs, alpha, eta, sweeps=400):
    z = run(gibbs(words, docs, 3, alpha, eta, rng=0), sweeps).z[sweeps // 4 :]
    rate = (z[1:] != z[:-1]).mean(axis=0)
    return rate[words >= 60].mean(), rate[words < 60].mean()


def test_a_word_that_occurs_once_moves_more_than_the_others(sixty_documents):
    _, words, docs = sixty_documents
    for alpha, eta in [(50 / 3, 0.1), (0.5, 0.1)]:
        rare, other = switches(words, docs, alpha, eta)
        assert rare > 2 * other
    assert switches(words, docs, 50 / 3, 0.1)[0] > 0.3


def test_a_small_eta_holds_the_common_words_not_the_rare(sixty_documents):
    _, words, docs = sixty_documents
    rare, other = switches(words, docs, 0.5, 0.1)
    rare_small, other_small = switches(words, docs, 0.5, 0.01)
    assert other_small < other and rare_small > 0.8 * rare


def test_a_large_alpha_drowns_the_documents(sixty_documents):
    t, words, docs = sixty_documents
    true = t.max(axis=1).mean()
    means = {}
    for alpha in (50 / 3, 0.5, 0.1):
        trace = run(gibbs(words[words < 60], docs[words < 60], 3, alpha, 0.1, rng=0), 300)
        means[alpha] = theta(trace, alpha)[100:].max(axis=-1).mean()
    assert means[50 / 3] < true - 0.15
    assert abs(means[0.5] - true) < 0.05 and abs(means[0.1] - true) < 0.05


# --- bad input

GOOD = {"words": [0, 1], "docs": [0, 0], "n_topics": 2, "alpha": 0.1, "eta": 0.01}
BAD = [
    ({"n_topics": 0}, ValueError, "^n_topics: expected 1 or more"),
    ({"n_topics": -2}, ValueError, "^n_topics: "),
    ({"n_topics": 2.0}, TypeError, "^n_topics: "),
    ({"n_topics": True}, TypeError, "^n_topics: "),
    ({"n_topics": None}, TypeError, "^n_topics: "),
    ({"n_topics": [2]}, TypeError, "^n_topics: "),
    ({"alpha": 0}, ValueError, "^alpha: expected a number above 0"),
    ({"alpha": -0.1}, ValueError, "^alpha: "),
    ({"alpha": np.nan}, ValueError, "^alpha: "),
    ({"alpha": np.inf}, ValueError, "^alpha: "),
    ({"alpha": "auto"}, TypeError, "^alpha: "),
    ({"alpha": [0.1, 0.1]}, TypeError, "^alpha: "),
    ({"alpha": 1e-101}, ValueError, "^alpha: expected a number of at least 1e-100"),
    ({"eta": 0.0}, ValueError, "^eta: expected a number above 0"),
    ({"eta": -1}, ValueError, "^eta: "),
    ({"eta": np.nan}, ValueError, "^eta: "),
    ({"eta": 1e101}, ValueError, "^eta: "),
    ({"eta": None}, TypeError, "^eta: "),
    ({"docs": [0]}, ValueError, "^docs: expected one entry a token, 2 .* got 1"),
    ({"words": [0, 1, 2]}, ValueError, "^docs: "),
    ({"words": [0, -1]}, ValueError, "^words: expected 0 or more, got -1"),
    ({"docs": [0, -3]}, ValueError, "^docs: expected 0 or more, got -3"),
    ({"words": [], "docs": []}, ValueError, "^words: expected one token"),
    ({"words": np.empty(0, dtype=int), "docs": np.empty(0, dtype=int)}, ValueError, "^words: "),
    ({"words": [0.0, 1.0]}, TypeError, "^words: expected an array of integers"),
    ({"words": [0, np.nan]}, TypeError, "^words: "),
    ({"words": ["a", "b"]}, TypeError, "^words: "),
    ({"words": [True, False]}, TypeError, "^words: "),
    ({"words": [[0], [1, 2]]}, TypeError, "^words: "),
    ({"words": {0: 1}}, TypeError, "^words: "),
    ({"words": None}, TypeError, "^words: "),
    ({"words": [[0, 1]]}, ValueError, "^words: expected 1 dimension"),
    ({"words": 3}, ValueError, "^words: "),
    ({"words": np.array([0, 2**64 - 1], dtype=np.uint64)}, ValueError, "^words: "),
    ({"docs": [0, 0.5]}, TypeError, "^docs: "),
    ({"docs": [[0], [0]]}, ValueError, "^docs: expected 1 dimension"),
    ({"n_words": 1}, ValueError, "^n_words: expected 2 or more, got 1"),
    ({"n_words": 2.5}, TypeError, "^n_words: "),
]
BAD_START = [
    ({"rng": "seed"}, TypeError, "^rng: "),
    ({"rng": -1}, ValueError, "^rng: "),
    ({"z": [0, 2]}, ValueError, "^z: expected less than 2, got 2"),
    ({"z": [0, -1]}, ValueError, "^z: "),
    ({"z": [0]}, ValueError, "^z: expected one topic a token"),
    ({"z": [[0, 1]]}, ValueError, "^z: "),
    ({"z": 0}, ValueError, "^z: "),
    ({"z": [0.0, 1.0]}, TypeError, "^z: "),
    ({"z": "01"}, (TypeError, ValueError), "^z: "),
]


@pytest.mark.parametrize(("change", "error", "says"), BAD + BAD_START)
def test_bad_arguments_of_the_samplers_are_refused_at_the_call(change, error, says):
    for f in (gibbs, gibbs_tokens):
        with pytest.raises(error, match=says):
            f(**{**GOOD, **change})


@pytest.mark.parametrize(("change", "error", "says"), BAD)
def test_bad_arguments_of_exact_posterior_and_count(change, error, says):
    with pytest.raises(error, match=says):
        exact_posterior(**{**GOOD, **change})
    if not {"alpha", "eta"} & change.keys():
        arguments = {k: v for k, v in {**GOOD, **change}.items() if k not in ("alpha", "eta")}
        with pytest.raises(error, match=says):
            count(z=[0, 0], **arguments)


STATE = GibbsState(np.array([0, 0, 1]), np.array([[2, 1]]), np.array([[2, 0], [0, 1]]))


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: count([0, 1], [0, 0], [0, 2], 2), ValueError, "^z: expected less than 2"),
        (lambda: count([0, 1], [0, 0], [0, -1], 2), ValueError, "^z: "),
        (lambda: count([0, 1], [0, 0], [[0], [1]], 2), ValueError, "^z: expected one topic a token"),
        (lambda: count([0, 1], [0, 0], 0, 2), ValueError, "^z: "),
        (lambda: topic_conditional([1], [1, 0], [3], 2, 1, 1), ValueError, "^n_kw: expected 1"),
        (lambda: topic_conditional([1, 0], [1, 0], [3], 2, 1, 1), ValueError, "^n_k: expected 2"),
        (lambda: topic_conditional([-1, 0], [1, 0], [3, 0], 2, 1, 1), ValueError, "^n_dk: "),
        (lambda: topic_conditional([1, 0], [-1, 0], [3, 0], 2, 1, 1), ValueError, "^n_kw: "),
        (lambda: topic_conditional([1, 0], [1, 0], [-3, 0], 2, 1, 1), ValueError, "^n_k: "),
        (lambda: topic_conditional([1, 0], [1, 4], [3, 2], 2, 1, 1), ValueError, "^n_k: is smaller"),
        (lambda: topic_conditional([4, 0], [1, 0], [3, 2], 2, 1, 1), ValueError, "^n_k: is smaller"),
        (lambda: topic_conditional([], [], [], 2, 1, 1), ValueError, "^n_dk: expected one count"),
        (lambda: topic_conditional([[1]], [1], [1], 2, 1, 1), ValueError, "^n_dk: "),
        (lambda: topic_conditional([0.5], [1], [1], 2, 1, 1), TypeError, "^n_dk: "),
        (lambda: topic_conditional([1], [1], [1], 0, 1, 1), ValueError, "^n_words: "),
        (lambda: topic_conditional([1], [1], [1], 2, 0, 1), ValueError, "^alpha: "),
        (lambda: topic_conditional([1], [1], [1], 2, 1, -1), ValueError, "^eta: "),
        (lambda: theta(STATE, 0), ValueError, "^alpha: "),
        (lambda: phi(STATE, -1), ValueError, "^eta: "),
        (lambda: theta(STATE, "x"), TypeError, "^alpha: "),
        (lambda: theta(STATE._replace(n_dk=-STATE.n_dk), 1), ValueError, "^n_dk: holds a negative"),
        (lambda: phi(STATE._replace(n_kw=STATE.n_kw - 1), 1), ValueError, "^n_kw: holds a negative"),
        (lambda: theta(STATE._replace(n_dk=[1, 2]), 1), ValueError, "^n_dk: expected a table"),
        (lambda: phi(STATE._replace(n_kw=np.empty((0, 2))), 1), ValueError, "^n_kw: expected a table"),
        (lambda: phi(STATE._replace(n_kw=[[np.nan]]), 1), ValueError, "^n_kw: "),
        (lambda: log_likelihood(STATE, 0, 1), ValueError, "^alpha: "),
        (lambda: log_likelihood(STATE, 1, 0), ValueError, "^eta: "),
        (lambda: log_likelihood(STATE._replace(n_dk=[[1, 2]]), 1, 1), ValueError, "^n_kw: does not count"),
        (lambda: log_likelihood(STATE._replace(n_dk=[[3]]), 1, 1), ValueError, "^n_kw: does not count"),
        (lambda: log_likelihood(STATE._replace(n_dk=[[2.0, 1.0]]), 1, 1), TypeError, "^n_dk: "),
        (lambda: log_likelihood(STATE._replace(n_dk=[[4, -1]]), 1, 1), ValueError, "^n_dk: "),
        (lambda: generate(0, 2, [0.5, 0.5], np.eye(2)), ValueError, "^n_docs: "),
        (lambda: generate(1.5, 2, [0.5, 0.5], np.eye(2)), TypeError, "^n_docs: "),
        (lambda: generate(2, 0, [0.5, 0.5], np.eye(2)), ValueError, "^doc_length: "),
        (lambda: generate(2, [1, 2, 3], [0.5, 0.5], np.eye(2)), ValueError, "^doc_length: "),
        (lambda: generate(2, [], [0.5, 0.5], np.eye(2)), ValueError, "^doc_length: "),
        (lambda: generate(2, 2.0, [0.5, 0.5], np.eye(2)), TypeError, "^doc_length: "),
        (lambda: generate(2, 2, [0.5, 0.4], np.eye(2)), ValueError, "^theta: .*sum"),
        (lambda: generate(2, 2, [1.5, -0.5], np.eye(2)), ValueError, "^theta: "),
        (lambda: generate(2, 2, np.full((3, 2), 0.5), np.eye(2)), ValueError, "^theta: expected shape"),
        (lambda: generate(2, 2, [0.5, 0.5], np.eye(3)), ValueError, "^theta: expected shape"),
        (lambda: generate(2, 2, 1.0, np.eye(2)), ValueError, "^theta: "),
        (lambda: generate(2, 2, None, np.eye(2)), TypeError, "^theta: "),
        (lambda: generate(2, 2, [0.5, 0.5], np.ones((2, 2))), ValueError, "^phi: .*sum"),
        (lambda: generate(2, 2, [0.5, 0.5], [0.5, 0.5]), ValueError, "^phi: "),
        (lambda: generate(2, 2, [0.5, 0.5], [[np.nan, 1], [0, 1]]), ValueError, "^phi: "),
        (lambda: generate(2, 2, [0.5, 0.5], np.eye(2), "seed"), TypeError, "^rng: "),
    ],
)
def test_other_bad_arguments(call, error, says):
    with pytest.raises(error, match=says):
        call()


def test_a_sweep_leaves_no_token_out_of_the_counts():
    """Without the step that the article's snippet leaves out, the counts would drain to nothing."""
    n = [s.n_kw.sum() for s in itertools.islice(gibbs(WORDS, DOCS, 2, rng=0), 50)]
    assert n == [8] * 50
