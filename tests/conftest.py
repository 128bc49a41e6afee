"""One real Spark for the whole session: it takes seconds to start, and there can be but one."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "data"))


@pytest.fixture(scope="session")
def spark_context():
    pytest.importorskip("pyspark")
    from kamen_core.spark import connect

    # A JVM that lives for a minute gains nothing from its second compiler.
    sc = connect("local[2]", {"spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"})
    sc.addPyFile(str(Path(__file__).parent / "data" / "make_rdd_spark.py"))
    yield sc
    sc.stop()
