"""dbt's command line on the home that RATELAKE_HOME names, `python -m tests.spark.dbt_on_home …`.

dbt uses the session of the process it runs in, so this one starts it as `ratelake run` does.
"""

import sys

from dbt.cli.main import dbtRunner

from ingestion.settings import PROJECT, Settings
from ingestion.spark import spark_session


def main() -> int:
    folders = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
    with spark_session(Settings()):
        return 0 if dbtRunner().invoke([*sys.argv[1:], *folders]).success else 1


if __name__ == "__main__":
    sys.exit(main())
