"""The table of tests/test_bad_input.py: every public function, and of what kind each of its arguments is."""

import numpy as np
from _bad_input import (
    Any,
    Array,
    Choice,
    Flag,
    Function,
    Integer,
    Integers,
    Labels,
    Number,
    Opaque,
    Probabilities,
    Record,
    Rng,
    Row,
    Sequence,
    Text,
)

from kamen_core import (
    backprop,
    brackets,
    chains,
    datasets,
    gradient_descent,
    lda,
    lstm_gru,
    mcmc,
    rdd,
    roc_auc,
    spark,
    trace,
    word2vec,
)

MODULES = [
    trace,
    gradient_descent,
    backprop,
    lstm_gru,
    word2vec,
    mcmc,
    chains,
    lda,
    roc_auc,
    rdd,
    spark,
    brackets,
    datasets,
]
rng = np.random.default_rng(0)


def table(module, **rows):
    return {f"{module.__name__.removeprefix('kamen_core.')}.{name}": row for name, row in rows.items()}


# ---- trace

ROWS = table(
    trace,
    run=Row(
        trace.run,
        steps=Sequence(
            [trace_state := roc_auc.Confusion(1, 2, 3, 4), trace_state], named=("steps", "states")
        ),
        n_steps=Integer(1, least=0),
        progress=Flag(False),
    ),
    stack=Row(trace.stack, states=Sequence([trace_state, trace_state])),
    bar=Row(trace.bar, list, items=Any([1]), total=Any(1), unit=Any("")),
)

# ---- gradient_descent

THETA = Array([[5.0, 1.0], [2.0, -3.0]], free=True)
LR = Number(0.125, above=0)
EPS = Number(1e-8, least=0)
BETAS = Sequence(
    (0.5, 0.75),
    bad={
        "one": (0.5,),
        "three": (0.5, 0.5, 0.5),
        "1": (0.5, 1.0),
        "negative": (-0.5, 0.5),
        "text": ("a", "b"),
        "NaN": (0.5, np.nan),
        "None inside": (None, 0.5),
        "huge": (10**400, 0.5),
    },
)


def gradient(theta):
    return theta * 2 + 1


GRAD = Function(
    gradient,
    bad={
        "returns text": lambda theta: "text",
        "returns None": lambda theta: None,
        "returns a number": lambda theta: 1.0,
        "returns complex": lambda theta: theta * 1j,
        "returns another shape": lambda theta: theta[:1],
    },
)
HESSIAN = Function(
    lambda theta: np.diag([1.0, 25.0]),
    bad={
        "returns None": lambda theta: None,
        "returns a number": lambda theta: 1.0,
        "returns a vector": lambda theta: np.ones(2),
        "returns singular": lambda theta: np.zeros((2, 2)),
    },
)
descent = {"grad": GRAD, "theta": THETA, "lr": LR}
X = Array(rng.normal(size=(5, 2)), tied=(0,))
Y = Array(rng.normal(size=5), tied=(0,))
POINT = Array([[5.0, 1.0], [2.0, -3.0]], finite=False, free=True, empty=True, skip=("NaN",), tied=(1,))
POINTS = Array(
    [[5.0, 1.0], [2.0, -3.0]], finite=False, free=True, empty=True, tied=(1,), skip=("NaN", "empty 0")
)


def surface(surface):
    return {name: Row(getattr(surface, name), theta=POINTS) for name in ("loss", "grad", "hessian")}


def minibatches(grad):
    return [grad(np.ones(2)) for _ in range(3)]


ROWS |= table(
    gradient_descent,
    gd=Row(
        gradient_descent.gd,
        **descent,
        schedule=Function(
            lambda t: 1 / t,
            bad={"returns 0": lambda t: 0, "returns NaN": lambda t: np.nan, "returns None": lambda t: None},
        ),
    ),
    momentum=Row(gradient_descent.momentum, **descent, momentum=Number(0.5, least=0, below=1)),
    nag=Row(gradient_descent.nag, **descent, momentum=Number(0.5, least=0, below=1)),
    newton=Row(gradient_descent.newton, **descent, hessian=HESSIAN),
    adagrad=Row(gradient_descent.adagrad, **descent, eps=EPS),
    rmsprop=Row(gradient_descent.rmsprop, **descent, rho=Number(0.5, least=0, below=1), eps=EPS),
    adam=Row(gradient_descent.adam, **descent, betas=BETAS, eps=EPS, bias_correction=Flag(True)),
    adamw=Row(gradient_descent.adamw, **descent, betas=BETAS, eps=EPS, weight_decay=Number(0.5, least=0)),
    amsgrad=Row(gradient_descent.amsgrad, **descent, betas=BETAS, eps=EPS),
    least_squares_loss=Row(gradient_descent.least_squares_loss, theta=POINTS, X=X, y=Y),
    least_squares_grad=Row(gradient_descent.least_squares_grad, theta=POINTS, X=X, y=Y),
    minibatch_grad=Row(
        gradient_descent.minibatch_grad,
        minibatches,
        X=X,
        y=Y,
        rng=Rng(),
        batch_size=Integer(2, least=1, most=5),
    ),
    normal_equation=Row(gradient_descent.normal_equation, X=X, y=Y, ridge=Number(0.5, least=0)),
    **{
        f"{name}.{part}": row
        for name in ("bowl", "ravine", "rosenbrock", "beale", "saddle")
        for part, row in surface(getattr(gradient_descent, name)).items()
    },
)

# ---- backprop

NET = backprop.init((3, 4, 2), rng=0)
LAYERS = Sequence(
    list(NET),
    bad={
        "a single layer": NET[0],
        "not pairs": [1, 2],
        "triples": [(*NET[0], 1), NET[1]],
        "not chained": [NET[1], NET[0]],
        "no units": [NET[0], backprop.Layer(np.zeros((0, 4)), np.zeros(0))],
        "bias too long": [NET[0], NET[1]._replace(bias=np.zeros(3))],
        "weight NaN": [NET[0]._replace(weight=NET[0].weight * np.nan), NET[1]],
        "bias inf": [NET[0]._replace(bias=NET[0].bias + np.inf), NET[1]],
        "complex": [NET[0]._replace(weight=NET[0].weight * 1j), NET[1]],
        "text": [NET[0]._replace(bias=["a"] * 4), NET[1]],
    },
    same={label: [NET[0]._replace(weight=w), NET[1]] for label, w in Array(NET[0].weight).same().items()},
)
BATCH = Array(rng.normal(size=(6, 3)), tied=(1,))
ONE_HOT = np.eye(2)[[0, 1, 1, 0, 0, 1]]
TARGETS = Array(
    ONE_HOT, tied=(0, 1), bad={"above 1": ONE_HOT * 1.5, "below 0": -ONE_HOT, "huge": ONE_HOT * 1e300}
)
FORWARD = backprop.forward(NET, BATCH.good, "tanh")
PASS = Record(
    FORWARD,
    bad={
        "plain tuple": tuple(FORWARD),
        "no activations": FORWARD._replace(a=()),
        "one too few": FORWARD._replace(a=FORWARD.a[:-1]),
        "None inside": FORWARD._replace(a=(FORWARD.a[0], None, FORWARD.a[2])),
        "NaN": FORWARD._replace(a=(*FORWARD.a[:-1], FORWARD.a[-1] * np.nan)),
        "another shape": FORWARD._replace(a=(*FORWARD.a[:-1], FORWARD.a[-1][:2])),
        "a is None": FORWARD._replace(a=None),
        "a is a number": FORWARD._replace(a=3),
    },
)
TANH = Choice("tanh")
Z = Array(rng.normal(size=(4, 3)), free=True)
ANY_Z = Array(rng.normal(size=(4, 3)), free=True, finite=False, empty=True, scalar=True, skip=("NaN",))
PROBS = Array(backprop.softmax(rng.normal(size=(6, 2))), tied=(0, 1), bad={"above 1": np.full((6, 2), 1.5)})

ROWS |= table(
    backprop,
    init=Row(
        backprop.init,
        sizes=Sequence(
            [3, 4, 2],
            bad={
                "one": [3],
                "zero": [3, 0, 2],
                "negative": [3, -1],
                "float": [3.0, 2],
                "bool": [True, 2],
                "text inside": [3, "4"],
                "NaN": [3, np.nan],
                "number": 3,
            },
        ),
        rng=Rng(),
        scale=Number(0.5, least=0),
    ),
    softmax=Row(backprop.softmax, z=Z),
    softmax_jacobian=Row(backprop.softmax_jacobian, z=Z),
    cross_entropy=Row(backprop.cross_entropy, probs=PROBS, y_onehot=TARGETS),
    cross_entropy_with_logits=Row(
        backprop.cross_entropy_with_logits, z=Array(rng.normal(size=(6, 2)), tied=(0, 1)), y_onehot=TARGETS
    ),
    one_hot=Row(
        backprop.one_hot,
        labels=Integers([2, 0, 1], below=3, empty=True, skip=("booleans",)),
        n_classes=Integer(3, least=1),
    ),
    sigmoid=Row(backprop.sigmoid, z=ANY_Z),
    tanh=Row(backprop.tanh, z=ANY_Z),
    relu=Row(backprop.relu, z=ANY_Z),
    forward=Row(backprop.forward, layers=LAYERS, x=BATCH, activation=TANH),
    backward=Row(backprop.backward, layers=LAYERS, fwd=PASS, y_onehot=TARGETS, activation=TANH),
    train=Row(
        backprop.train, layers=LAYERS, x=BATCH, y_onehot=TARGETS, lr=Number(0.5, least=0), activation=TANH
    ),
    numerical_gradient=Row(
        backprop.numerical_gradient,
        f=Function(
            np.sum,
            bad={
                "returns text": lambda x: "text",
                "returns None": lambda x: None,
                "returns NaN": lambda x: np.nan,
                "returns an array": lambda x: x,
                "returns complex": lambda x: 1j,
            },
        ),
        x=Array([1.0, -3.0], free=True, empty=True),
        eps=Number(1e-6, above=0),
    ),
)

# ---- lstm_gru

N_STEPS, N_BATCH, N_IN, N_HIDDEN = 4, 3, 2, 5
STEPS = Array(
    rng.normal(size=(N_STEPS, N_BATCH, N_IN)),
    tied=(2,),
    bad={"huge": np.full((N_STEPS, N_BATCH, N_IN), 1e308)},
)
STATE = Array(rng.normal(size=(N_BATCH, N_HIDDEN)), tied=(0, 1), optional=True)
LSTM, GRU = lstm_gru.init_lstm(N_IN, N_HIDDEN, 0), lstm_gru.init_gru(N_IN, N_HIDDEN, 0)


def parameters(params):
    fields = {
        name: Array(value, tied=tuple(range(np.ndim(value)))) for name, value in params._asdict().items()
    }
    return Record(params, fields, bad={"plain tuple": tuple(params)})


def traced(trace):
    return Record(
        trace,
        {name: Array(value, tied=(0, 1, 2)) for name, value in trace._asdict().items()},
        bad={"plain tuple": tuple(trace)},
        skip=("h NaN", "h inf", "h -inf"),  # these put it last, where nothing follows that would read it
    )


WHOLE = Array(rng.normal(size=(N_STEPS, N_BATCH, N_HIDDEN)), tied=(0, 1, 2))
lstm_args = {"x": STEPS, "params": parameters(LSTM), "h0": STATE, "c0": STATE}
gru_args = {"x": STEPS, "params": parameters(GRU), "h0": STATE, "convention": Choice("cho")}
ROWS |= table(
    lstm_gru,
    init_lstm=Row(lstm_gru.init_lstm, n_in=Integer(2, least=1), n_hidden=Integer(3, least=1), rng=Rng()),
    init_gru=Row(lstm_gru.init_gru, n_in=Integer(2, least=1), n_hidden=Integer(3, least=1), rng=Rng()),
    lstm=Row(lstm_gru.lstm, **lstm_args),
    gru=Row(lstm_gru.gru, **gru_args),
    lstm_backward=Row(
        lstm_gru.lstm_backward,
        **lstm_args,
        trace=traced(lstm_gru.lstm(STEPS.good, LSTM)),
        grad_h=WHOLE,
        grad_c=Array(rng.normal(size=(N_STEPS, N_BATCH, N_HIDDEN)), tied=(0, 1, 2), optional=True),
        return_initial=Flag(True),
    ),
    gru_backward=Row(
        lstm_gru.gru_backward,
        **gru_args,
        trace=traced(lstm_gru.gru(STEPS.good, GRU, convention="cho")),
        grad_h=WHOLE,
        return_initial=Flag(True),
    ),
)

# ---- word2vec

SENTENCES = Sequence(
    [["sun", "moon", "star"], ["moon", "star"], ["sun", "star", "moon", "sun"]],
    bad={
        "bare texts": ["sun moon", "moon"],
        "numbers": [[1, 2], [2, 3]],
        "None inside": [None],
        "unhashable words": [[["sun"], ["moon"]]],
        "sets": [{"sun", "moon"}],
        "empty sentences": [[], []],
        "bytes": [[b"sun", b"moon"]],
        "NaN": [["sun", float("nan")]],
    },
    same={
        "arrays": [
            np.array(s) for s in (["sun", "moon", "star"], ["moon", "star"], ["sun", "star", "moon", "sun"])
        ]
    },
)
training = {
    "sentences": SENTENCES,
    "algorithm": Choice("cbow"),
    "vector_size": Integer(3, least=1),
    "window": Integer(2, least=1),
    "negative": Integer(2, least=1),
    "min_count": Integer(1, least=1),
    "sample": Number(0.5, least=0, most=1),
    "epochs": Integer(2, least=1),
    "alpha": Number(0.0625, above=0),
    "min_alpha": Number(0.03125, least=0, bad={"above alpha": 0.125}),
    "cbow_update": Choice("word2vec.c"),
    "rng": Rng(),
}
SENTENCE = Sequence(
    ["the", "cat", "sat"],
    bad={"a text": "the cat sat"},
    skip=("empty", "list"),
    same={"array": np.array(["the", "cat", "sat"])},
)
VECTORS = rng.normal(size=(4, 3))
MODEL = word2vec.Word2Vec(VECTORS, VECTORS, ("a", "b", "c", "d"), np.ones(4, int), 0, np.array([]))
WORD_MODEL = Record(
    MODEL,
    {"vectors": Array(VECTORS, tied=(0,), skip=("empty 1",))},
    bad={
        "no vocabulary": MODEL._replace(vocabulary=None),
        "vocabulary too short": MODEL._replace(vocabulary=("a",)),
    },
)
WORD = Text("a", bad={"unknown": "e", "empty": ""})
TOPN = Integer(2, least=1)
ROWS_OF = Integers([[0, 1], [2, 3], [5, 0]], below=6, tied=(0,), empty=False)
ROWS |= table(
    word2vec,
    train=Row(word2vec.train, **training, progress=Flag(False)),
    epochs=Row(word2vec.epochs, **training),
    count_words=Row(word2vec.count_words, sentences=SENTENCES, min_count=Integer(1, least=1)),
    skipgram_pairs=Row(word2vec.skipgram_pairs, sentence=SENTENCE, window=Integer(1, least=1)),
    cbow_contexts=Row(word2vec.cbow_contexts, sentence=SENTENCE, window=Integer(1, least=1)),
    most_similar=Row(word2vec.most_similar, model=WORD_MODEL, word=WORD, topn=TOPN),
    analogy=Row(word2vec.analogy, model=WORD_MODEL, a=WORD, b=WORD, c=WORD, topn=TOPN),
    neighbour_precision=Row(
        word2vec.neighbour_precision,
        model=WORD_MODEL,
        topn=Integer(2, least=1, most=3),
        labels=Sequence(
            ["x", "y", "x", "y"],
            bad={"short": ["x"], "text": "xyxy", "ragged": [["x"], "y", "x", "y"]},
            same={"array": np.array(list("xyxy"))},
        ),
    ),
    topic_corpus=Row(
        word2vec.topic_corpus,
        rng=Rng(),
        n_topics=Integer(2, least=1),
        n_common=Integer(5, least=1),
        n_rare=Integer(1, least=0),
        n_times=Integer(1, least=1),
        n_sentences=Integer(4, least=2),
        length=Integer(6, least=1),
    ),
    gradients=Row(
        word2vec.gradients,
        vectors=Array(rng.normal(size=(6, 3)), tied=(0, 1)),
        output_vectors=Array(rng.normal(size=(6, 3)), tied=(0, 1)),
        centre=Integer(2, least=0, most=5),
        contexts=Integers([0, 1, 4], below=6, tied=(0,)),
        negatives=Integers([[0, 1], [2, 3], [5, 0]], below=6, tied=(0,), optional=True, skip=("empty 1",)),
        algorithm=Choice("skipgram"),
        cbow_update=Choice("exact"),
    ),
    n_predictions=Row(
        word2vec.n_predictions,
        n_tokens=Integer(9, least=0),
        window=Integer(2, least=1),
        algorithm=Choice("cbow"),
    ),
    multiply_adds=Row(
        word2vec.multiply_adds,
        n_contexts=Integer(9, least=0),
        negative=Integer(2, least=1),
        vector_size=Integer(2, least=1),
        algorithm=Choice("cbow"),
    ),
    output_cost=Row(
        word2vec.output_cost,
        n_words=Integer(9, least=2),
        vector_size=Integer(2, least=1),
        negative=Integer(2, least=1),
    ),
)

# ---- mcmc, chains

P = Probabilities([[0.5, 0.25, 0.25], [0.25, 0.75, 0.0], [0.125, 0.375, 0.5]], tied=(0, 1))
PI = Probabilities([0.5, 0.25, 0.25], tied=(0,))
COV = Array(
    [[1.0, 0.5], [0.5, 2.0]],
    tied=(0, 1),
    bad={
        "not symmetric": [[1.0, 0.5], [0.25, 2.0]],
        "not positive": [[1.0, 2.0], [2.0, 1.0]],
        "zero": np.zeros((2, 2)),
    },
)
PAIR = Array([0.5, -1.0], tied=(0,))
ROWS |= table(
    mcmc,
    stationary=Row(mcmc.stationary, P=P),
    is_reversible=Row(mcmc.is_reversible, P=P, pi=PI),
    walk=Row(mcmc.walk, P=P, start=Integer(1, least=0, most=2), n_steps=Integer(5, least=0), rng=Rng()),
    metropolis=Row(
        mcmc.metropolis,
        log_p=Function(
            lambda x: -(x**2).sum() / 2,
            bad={
                "returns NaN": lambda x: np.nan,
                "returns inf": lambda x: np.inf,
                "returns text": lambda x: "1",
                "returns None": lambda x: None,
                "returns an array": lambda x: x,
                "returns complex": lambda x: 1j,
                "returns nothing": lambda x: [],
            },
        ),
        x=Array([0.5, -1.0], free=True),
        step=Array(
            [1.0, 2.0],
            tied=(0,),
            bad={"zero": [0.0, 1.0], "negative": [-1.0, 1.0]},
            skip=("number", "an axis less"),
        ),
        rng=Rng(),
    ),
    gibbs_normal=Row(mcmc.gibbs_normal, mean=PAIR, cov=COV, x=PAIR, rng=Rng()),
)
ROWS |= table(
    chains,
    metropolis_matrix=Row(
        chains.metropolis_matrix,
        Q=P,
        acceptance=Choice("product"),
        pi=Array([1.0, 2.0, 3.0], tied=(0,), bad={"negative": [-1.0, 2.0, 3.0], "zero": np.zeros(3)}),
    ),
    gibbs_matrix=Row(
        chains.gibbs_matrix,
        axis=Integer(1, least=0, most=1),
        p=Array(
            [[0.125, 0.375], [0.25, 0.25]],
            free=True,
            bad={
                "sum not 1": [[0.5, 0.5], [0.5, 0.5]],
                "negative": [[1.5, -0.5], [0, 0]],
                "number": 1.0,
                "undefined": [[0.5, 0.5], [0.0, 0.0]],
            },
            skip=("an axis less",),
        ),
    ),
    autocorrelation=Row(chains.autocorrelation, x=Array([1.0, 3.0, 2.0, 5.0], bad={"constant": np.ones(5)})),
    effective_sample_size=Row(
        chains.effective_sample_size,
        x=Array([1.0, 3.0, 2.0, 5.0, 1.0], bad={"constant": np.ones(5), "short": [1.0, 2.0, 3.0]}),
    ),
)

# ---- lda

WORDS = Integers([0, 1, 2, 1, 0], tied=(0,))
DOCS = Integers([0, 0, 1, 1, 1], tied=(0,))
PRIOR = Number(0.5, above=0, bad={"too small": 1e-200, "too large": 1e200})
COUNTS = lda.count(WORDS.good, DOCS.good, [0, 1, 1, 0, 1], 2)
TABLES = Record(
    COUNTS,
    bad={
        "n_dk negative": COUNTS._replace(n_dk=-COUNTS.n_dk, n_kw=-COUNTS.n_kw),
        "n_dk text": COUNTS._replace(n_dk="text", n_kw="text"),
        "n_dk NaN": COUNTS._replace(n_dk=COUNTS.n_dk * np.nan, n_kw=COUNTS.n_kw * np.nan),
        "n_dk empty": COUNTS._replace(n_dk=np.zeros((0, 2)), n_kw=np.zeros((2, 0))),
        "n_dk a row": COUNTS._replace(n_dk=COUNTS.n_dk[0], n_kw=COUNTS.n_kw[0]),
        "n_dk None": COUNTS._replace(n_dk=None, n_kw=None),
    },
    named=("state", "n_dk", "n_kw"),
)
OTHER = Record(
    COUNTS,
    bad={"other tokens": COUNTS._replace(n_kw=COUNTS.n_kw + 1)}
    | TABLES.more_bad
    | {"floats": COUNTS._replace(n_dk=COUNTS.n_dk + 0.5, n_kw=COUNTS.n_kw + 0.5)},
    named=TABLES.named,
)
corpus = {
    "words": WORDS,
    "docs": DOCS,
    "n_topics": Integer(2, least=1),
    "n_words": Integer(4, least=3, optional=True),
}
TOKEN_TOPICS = Integers([0, 1, 1, 0, 1], below=2, tied=(0,), optional=True)
sampler = corpus | {"alpha": PRIOR, "eta": PRIOR, "rng": Rng(), "z": TOKEN_TOPICS}
ROWS |= table(
    lda,
    gibbs=Row(lda.gibbs, **sampler),
    gibbs_tokens=Row(lda.gibbs_tokens, **sampler),
    topic_conditional=Row(
        lda.topic_conditional,
        n_dk=Integers([5, 3, 2], tied=(0,)),
        n_kw=Integers([0, 1, 2], tied=(0,)),
        n_k=Integers([9, 8, 7], tied=(0,), bad={"smaller": [1, 1, 1]}),
        n_words=Integer(4, least=1),
        alpha=PRIOR,
        eta=PRIOR,
    ),
    count=Row(
        lda.count,
        **corpus,
        z=Integers([[0, 1, 1, 0, 1], [1, 1, 0, 0, 0]], below=2, tied=(1,), free=True, skip=("empty 0",)),
    ),
    theta=Row(lda.theta, state=TABLES, alpha=PRIOR),
    phi=Row(lda.phi, state=TABLES, eta=PRIOR),
    log_likelihood=Row(lda.log_likelihood, state=OTHER, alpha=PRIOR, eta=PRIOR),
    exact_posterior=Row(lda.exact_posterior, **corpus, alpha=PRIOR, eta=PRIOR),
    generate=Row(
        lda.generate,
        n_docs=Integer(3, least=1),
        rng=Rng(),
        doc_length=Integers([4, 2, 3], least=1, tied=(0,), skip=("number", "an axis less")),
        theta=Probabilities([[0.5, 0.5], [0.25, 0.75], [1.0, 0.0]], tied=(0, 1), skip=("an axis less",)),
        phi=Probabilities([[0.5, 0.25, 0.25], [0.25, 0.75, 0.0]], tied=(0,)),
    ),
)

# ---- roc_auc

LABELS = Labels([0, 1, 1, 0, 1], tied=(0,), bad={"one class": np.ones(5), "other class": np.zeros(5)})
SCORES = Array(
    [0.25, 0.75, 0.25, 0.5, 1.0],
    tied=(0,),
    finite=False,
    bad={"integers beyond floats": np.array([0, 1, 2, 3, 2**53 + 1])},
    skip=(),
)
UNIT = Array(
    [0.25, 0.75, 0.25, 0.5, 1.0],
    tied=(0,),
    bad={"above 1": [0.0, 1.5, 0, 0, 0], "below 0": [-0.5, 1, 0, 0, 0]},
)
ranking = {"y_true": LABELS, "y_score": SCORES}
for kind in (SCORES, UNIT):  # wider floats are refused rather than rounded
    kind.skip = ("long double",)
ROWS |= table(
    roc_auc,
    confusion=Row(
        roc_auc.confusion,
        y_true=Labels([0, 1, 1, 0, 1], tied=(0,)),
        y_score=SCORES,
        threshold=Number(0.5, finite=False),
    ),
    roc_curve=Row(roc_auc.roc_curve, **ranking),
    auc=Row(roc_auc.auc, **ranking),
    auc_pairs=Row(roc_auc.auc_pairs, **ranking),
    auc_histogram=Row(roc_auc.auc_histogram, y_true=LABELS, y_score=UNIT, n_bins=Integer(4, least=1)),
    precision_recall_curve=Row(roc_auc.precision_recall_curve, **ranking),
)

# ---- brackets, datasets

NETWORK = datasets.bracket_networks().lstm
ROWS |= table(
    brackets,
    read=Row(
        brackets.read, text=Text('a(b"]"', bad={"unknown": "aäb", "wrong bracket": "(]", "not closed": "(."})
    ),
    generate=Row(brackets.generate, n_characters=Integer(9, least=0), rng=Rng()),
    one_hot=Row(brackets.one_hot, text=Text("b.", bad={"unknown": "aäb"})),
    predict=Row(
        brackets.predict,
        network=Record(NETWORK, bad={"plain tuple": tuple(NETWORK)}),
        x=Array(brackets.one_hot("a(b)")[:, None], tied=(2,), named=("x", "params")),
    ),
    p_next=Row(
        brackets.p_next,
        network=Record(NETWORK, bad={"plain tuple": tuple(NETWORK)}),
        h=Array(rng.normal(size=(2, 20)), tied=(1,), free=True, skip=("empty 0",)),
    ),
)
DOCUMENTS = Sequence(
    list(datasets.bible()[:2]),
    bad={"texts": ["In the beginning"], "None inside": [None]},
    skip=("empty",),
)
ROWS |= table(
    datasets,
    bible=Row(datasets.bible, len),
    tang_poems=Row(datasets.tang_poems, len),
    bracket_networks=Row(datasets.bracket_networks),
    breast_cancer_scores=Row(datasets.breast_cancer_scores),
    breast_cancer_features=Row(datasets.breast_cancer_features),
    penguins=Row(datasets.penguins),
    digits=Row(datasets.digits),
    word2vec_findings=Row(datasets.word2vec_findings),
    tokens=Row(datasets.tokens, line=Text("And God called the light Day.")),
    sentences=Row(datasets.sentences, documents=DOCUMENTS),
    token_ids=Row(datasets.token_ids, documents=DOCUMENTS, least=Integer(1), most=Number(0.5, least=0)),
    topic_runs=Row(datasets.topic_runs, corpus=Choice("bible")),
    word_vectors=Row(datasets.word_vectors, corpus=Choice("tang")),
    two_moons=Row(datasets.two_moons, n_samples=Integer(6, least=2), noise=Number(0.5, least=0), rng=Rng()),
    spirals=Row(
        datasets.spirals,
        n_samples=Integer(6, least=3),
        n_classes=Integer(3, least=1),
        turns=Number(0.5),
        noise=Number(0.5, least=0),
        rng=Rng(),
    ),
)

# ---- rdd: each method on an RDD of pairs in two partitions

SC = rdd.LocalContext(2)
PAIRS = [(1, 4), (2, 5), (1, 6), (3, 7)]
PAIR_RDD, NUMBER_RDD = SC.parallelize(PAIRS, 2), SC.parallelize([3, 1, 2, 4], 2)
FOREIGN = rdd.LocalContext(2).parallelize(PAIRS, 2)
OTHER_RDD = Opaque(PAIR_RDD, bad={"of another context": FOREIGN, "pairs": PAIRS}, skip=("empty",))
PARTS = Integer(3, least=1, optional=True, bad={"huge": 10**30})
SEED = Integer(5, huge=False, optional=True)
TRUTHY = Any(True)  # as in PySpark, whatever is true


def first_two(values):
    return list(values)[:2]


METHODS = {
    "map": {"f": Function(repr), "preservesPartitioning": TRUTHY},
    "flatMap": {"f": Function(list), "preservesPartitioning": TRUTHY},
    "filter": {"f": Function(bool)},
    "keyBy": {"f": Function(len)},
    "mapPartitions": {"f": Function(first_two), "preservesPartitioning": TRUTHY},
    "mapPartitionsWithIndex": {"f": Function(lambda i, xs: list(xs)), "preservesPartitioning": TRUTHY},
    "sample": {"withReplacement": Flag(False), "fraction": Number(0.5, least=0), "seed": SEED},
    "randomSplit": {
        "weights": Sequence(
            [1.0, 2.0],
            bad={
                "negative": [-1.0, 2.0],
                "zero": [0.0],
                "NaN": [np.nan],
                "inf": [np.inf, 1.0],
                "huge": [1e308, 1e308],
                "text inside": ["a"],
            },
        ),
        "seed": SEED,
    },
    "coalesce": {"numPartitions": Integer(1, least=1), "shuffle": TRUTHY},
    "repartition": {"numPartitions": Integer(3, least=1)},
    "union": {"other": OTHER_RDD},
    "cartesian": {"other": OTHER_RDD},
    "zip": {"other": OTHER_RDD},
    "distinct": {"numPartitions": PARTS},
    "intersection": {"other": OTHER_RDD},
    "subtract": {"other": OTHER_RDD, "numPartitions": PARTS},
    "mapValues": {"f": Function(repr)},
    "flatMapValues": {"f": Function(lambda v: [v, v])},
    "sampleByKey": {
        "withReplacement": Flag(False),
        "seed": SEED,
        "fractions": Sequence(
            {1: 0.5, 2: 0.5, 3: 0.5},
            skip=("empty", "list"),
            bad={"negative": {1: -1}, "NaN": {1: np.nan}, "pairs": [(1, 0.5)]},
        ),
    },
    "partitionBy": {"numPartitions": PARTS, "partitionFunc": Function(hash)},
    "combineByKey": {
        "createCombiner": Function(str),
        "mergeValue": Function(lambda a, b: a + str(b)),
        "mergeCombiners": Function(lambda a, b: a + b),
        "numPartitions": PARTS,
        "partitionFunc": Function(hash),
    },
    "reduceByKey": {"func": Function(max), "numPartitions": PARTS, "partitionFunc": Function(hash)},
    "aggregateByKey": {
        "zeroValue": Any(0),
        "seqFunc": Function(max),
        "combFunc": Function(max),
        "numPartitions": PARTS,
        "partitionFunc": Function(hash),
    },
    "foldByKey": {
        "zeroValue": Any(0),
        "func": Function(max),
        "numPartitions": PARTS,
        "partitionFunc": Function(hash),
    },
    "groupByKey": {"numPartitions": PARTS, "partitionFunc": Function(hash)},
    "groupBy": {"f": Function(sum), "numPartitions": PARTS, "partitionFunc": Function(hash)},
    "cogroup": {"other": OTHER_RDD, "numPartitions": PARTS},
    "groupWith": {"other": OTHER_RDD, "others": Any(())},
    "join": {"other": OTHER_RDD, "numPartitions": PARTS},
    "leftOuterJoin": {"other": OTHER_RDD, "numPartitions": PARTS},
    "rightOuterJoin": {"other": OTHER_RDD, "numPartitions": PARTS},
    "fullOuterJoin": {"other": OTHER_RDD, "numPartitions": PARTS},
    "subtractByKey": {"other": OTHER_RDD, "numPartitions": PARTS},
    "sortByKey": {"ascending": TRUTHY, "numPartitions": PARTS, "keyfunc": Function(abs)},
    "sortBy": {"keyfunc": Function(sum), "ascending": TRUTHY, "numPartitions": PARTS},
    "repartitionAndSortWithinPartitions": {
        "numPartitions": PARTS,
        "partitionFunc": Function(hash),
        "ascending": TRUTHY,
        "keyfunc": Function(abs),
    },
    "toLocalIterator": {"prefetchPartitions": TRUTHY},
    "foreach": {"f": Function(repr)},
    "foreachPartition": {"f": Function(list)},
    "reduce": {"f": Function(max)},
    "fold": {"zeroValue": Any((0, 0)), "op": Function(max)},
    "aggregate": {"zeroValue": Any((0, 0)), "seqOp": Function(max), "combOp": Function(max)},
    "treeAggregate": {
        "zeroValue": Any((0, 0)),
        "seqOp": Function(max),
        "combOp": Function(max),
        "depth": Integer(2, least=1),
    },
    "treeReduce": {"f": Function(max), "depth": Integer(2, least=1)},
    "max": {"key": Function(sum, optional=True)},
    "min": {"key": Function(sum, optional=True)},
    "take": {"num": Integer(2)},
    "top": {"num": Integer(2), "key": Function(sum, optional=True)},
    "takeOrdered": {"num": Integer(2, least=0), "key": Function(sum, optional=True)},
    "takeSample": {"withReplacement": Flag(False), "num": Integer(2, least=0), "seed": SEED},
    "lookup": {"key": Any(1)},
    "reduceByKeyLocally": {"func": Function(max)},
    "histogram": {
        "buckets": Integer(
            2,
            least=1,
            skip=("list",),
            bad={
                "one edge": [1],
                "unsorted": [2, 1],
                "repeated": [1, 1, 2],
                "NaN edge": [1, np.nan],
                "None edge": [None, 1],
            },
        )
    },
    "persist": {"storageLevel": Any(None)},
    "unpersist": {"blocking": TRUTHY},
    "setName": {"name": Any("x")},
}


def contents(result):
    if isinstance(result, list) and result and isinstance(result[0], rdd.RDD):
        return [part.collect() for part in result]
    if isinstance(result, (list, dict)) or not hasattr(result, "__iter__"):
        return repr(result)
    return [repr(x) for x in result]


def values_of(result):
    """Groups as lists, so that they compare."""
    if isinstance(result, list):
        return [
            (
                k,
                [list(g) for g in v]
                if isinstance(v, tuple) and v and hasattr(v[0], "data")
                else list(v)
                if isinstance(v, rdd.ResultIterable)
                else v,
            )
            if isinstance(x, tuple) and len(x) == 2
            else x
            for x in result
            for k, v in [x if isinstance(x, tuple) and len(x) == 2 else (None, None)]
        ]
    return contents(result)


for name, kinds in METHODS.items():
    receiver = NUMBER_RDD if name == "histogram" else PAIR_RDD
    ROWS[f"rdd.RDD.{name}"] = Row(getattr(receiver, name), values_of, **kinds)
PLAIN = {
    "cache",
    "collect",
    "collectAsMap",
    "count",
    "countByKey",
    "countByValue",
    "first",
    "getNumPartitions",
    "glom",
    "isEmpty",
    "keys",
    "mean",
    "name",
    "sampleStdev",
    "sampleVariance",
    "stats",
    "stdev",
    "sum",
    "values",
    "variance",
    "zipWithIndex",
    "zipWithUniqueId",
}
ROWS |= table(
    rdd,
    LocalContext=Row(rdd.LocalContext, repr, defaultParallelism=Integer(2, least=1)),
    portable_hash=Row(rdd.portable_hash, x=Any((1, "a"))),
    **{
        "LocalContext.parallelize": Row(
            SC.parallelize, c=Sequence(PAIRS, skip=("text", "bytes", "empty")), numSlices=PARTS
        ),
        "LocalContext.range": Row(
            SC.range,
            start=Integer(1, huge=False),
            end=Integer(9, huge=False, optional=True),
            step=Integer(2, huge=False, bad={"zero": 0}),
            numSlices=PARTS,
        ),
        "LocalContext.emptyRDD": Row(SC.emptyRDD),
        "LocalContext.union": Row(
            SC.union, rdds=Sequence([PAIR_RDD, PAIR_RDD], bad={"None inside": [PAIR_RDD, None]})
        ),
        "LocalContext.accumulator": Row(SC.accumulator, repr, value=Any(0), accum_param=Any(None)),
        "LocalContext.broadcast": Row(SC.broadcast, lambda b: b.value, value=Any([1])),
        "LocalContext.runJob": Row(
            SC.runJob,
            rdd=OTHER_RDD,
            partitionFunc=Function(first_two),
            allowLocal=TRUTHY,
            partitions=Sequence(
                [1],
                optional=True,
                skip=("empty",),
                bad={"too large": [2], "negative": [-1], "float": [1.0], "text inside": ["1"]},
            ),
        ),
        "LocalContext.record": Row(SC.record, lambda made: None),
    },
)

# ---- spark: the chapters' algorithms, here on the small context

SCORED = SC.parallelize([([1, 1, 0], [0.9, 0.8, 0.75]), ([1, 0], [0.72, 0.7])], 2)
EXAMPLES = SC.parallelize([([[1.0, 0.0]], [1]), ([[1.0, 2.0]], [0])], 2)


def blocks(good, **bad):
    return Opaque(
        good,
        bad={label: SC.parallelize(made, 2) for label, made in bad.items()}
        | {"pairs": [([1, 0], [0.5, 0.5])]},
        named=("scored_blocks", "y_true", "y_score", "X", "blocks", "y"),
        skip=("tuple",),
    )


WRONG = {
    "no_pairs": [1, 2],
    "one_class": [([1], [0.5]), ([1], [0.5])],
    "labels_2": [([1, 2, 0], [0.5] * 3)],
    "labels_text": [(["1", "0"], [0.5] * 2)],
    "NaN": [([1, 0], [np.nan, 0.5])],
    "lengths": [([1, 0], [0.5])],
    "text": [([1, 0], ["a", "b"])],
    "two_axes": [([[1, 0]], [[0.5, 0.5]])],
    "complex": [([1, 0], [1j, 0.5])],
    "ragged": [([1, 0], [[1.0], [1.0, 2.0]])],
    "masked": [([1, 0], np.ma.masked_array([0.5, 0.25]))],
}
ROWS |= table(
    spark,
    auc=Row(spark.auc, scored_blocks=blocks(SCORED, **WRONG)),
    auc_histogram=Row(
        spark.auc_histogram,
        n_bins=Integer(10, least=1),
        scored_blocks=blocks(SCORED, **WRONG, outside=[([1, 0], [1.5, 0.5])]),
    ),
    logistic_gd=Row(
        spark.logistic_gd,
        lr=Number(0.5, above=0),
        n_steps=Integer(2, least=0),
        blocks=blocks(
            EXAMPLES,
            no_pairs=[1],
            columns=[([[1.0]], [1]), ([[1.0, 2.0]], [0])],
            labels_2=[([[1.0]], [2])],
            NaN=[([[np.nan]], [1])],
            inf=[([[np.inf]], [1])],
            lengths=[([[1.0]], [1, 0])],
            text=[([["a"]], [1])],
            ragged=[([[1.0], [1.0, 2.0]], [1, 0])],
            vector=[([1.0], [1])],
            complex=[([[1j]], [1])],
            empty=[],
        ),
    ),
)
