"""Work for the cluster that takes a while, and says where it was done."""

from collections.abc import Iterator

import pandas as pd
from pyspark.sql import SparkSession


def executors(spark: SparkSession, rows: int, seconds: float) -> list[int]:
    """The process id of the executor that did each of so many rows; each takes so long."""

    # here, so that it travels with what it needs: executors do not know the tests
    def work(batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        import os
        import time

        import pandas
        import psutil

        above = psutil.Process(os.getpid()).parents()
        executor = next(one.pid for one in above if one.name() == "java")
        for batch in batches:
            time.sleep(seconds * len(batch))
            yield pandas.DataFrame({"executor": [executor] * len(batch)})

    done = spark.range(0, rows, numPartitions=rows).mapInPandas(work, "executor long")
    return [row.executor for row in done.collect()]
