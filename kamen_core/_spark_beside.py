"""A small context and, where there is one, a real Spark: the same code on both."""

import os

from ._spark_setup import connect

NO_SPARK = "no Spark here"


class Both:
    """`action` on a small context and on real Spark, compared.

    Parameters
    ----------
    local : LocalContext
    master : str, optional
        As for :func:`connect`. ``"none"``, here or in ``KAMEN_SPARK_MASTER``, goes without Spark; so does a
        Python that has none (in the browser, say). `reason` then says why.

    Attributes
    ----------
    local : LocalContext
    real : pyspark.SparkContext or None
    reason : str
        Which Spark answers, or why none does.

    Examples
    --------
    >>> from kamen_core.rdd import LocalContext
    >>> both = Both(LocalContext(2), master="none")
    >>> both.real, both.same(lambda sc: sc.parallelize([1, 2]).sum())
    (None, 'no Spark here')
    """

    def __init__(self, local, master=None):
        self.local, self.real, self._mine = local, None, False
        if (master or os.environ.get("KAMEN_SPARK_MASTER")) == "none":
            self.reason = "Real Spark was not asked for: the small context goes on alone."
            return
        try:
            import pyspark

            running = pyspark.SparkContext._active_spark_context
            self.real = connect(master)
        except (ImportError, RuntimeError, OSError) as error:
            said = str(error).partition("\n")[0]
            self.reason = f"No real Spark ({said}). The small context goes on alone."
            return
        self._mine = running is None
        self.reason = f"Spark {self.real.version} is running."

    def same(self, action):
        """Whether `action(context)` gives the same on both.

        Parameters
        ----------
        action : function of a context
            What it gives has to be comparable: lists, not groups of Spark's.

        Returns
        -------
        bool or str
            Without a Spark, a string that says so.
        """
        return NO_SPARK if self.real is None else action(self.local) == action(self.real)

    def shuffled(self, action):
        """The bytes that `action(context)` wrote for shuffles on real Spark; None without one."""
        if self.real is None:
            return None
        before = self._bytes()
        action(self.real)
        return self._bytes() - before

    def _bytes(self):
        spark = self.real._jsc.sc()
        spark.listenerBus().waitUntilEmpty()  # what is counted arrives a moment later
        store, n = spark.statusStore(), 0
        for job in self._all(store.jobsList(None)):
            for stage in self._all(job.stageIds()):
                n += store.lastStageAttempt(stage).shuffleWriteBytes()
        return n

    @staticmethod
    def _all(scala):
        return [scala.apply(i) for i in range(scala.size())]

    def stop(self):
        """End the Spark that this object started; one that ran before goes on."""
        if self._mine:
            self.real.stop()
        self.real, self._mine = None, False
