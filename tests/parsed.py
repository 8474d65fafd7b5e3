"""What dbt says of the project as it stands: its manifest."""

import json
import subprocess
import sys
from typing import Any

from ingestion.settings import PROJECT

MANIFEST = PROJECT / "target" / "manifest.json"
FOLDERS = ("models", "macros", "tests/dbt")


def parsed_project() -> dict[str, Any]:
    """The manifest that `make check` and set-up leave; parsed again when a file is newer."""
    if not MANIFEST.exists() or MANIFEST.stat().st_mtime < _newest_source():
        dbt = [sys.executable, "-m", "dbt.cli.main", "--quiet", "--log-path", "target", "parse"]
        subprocess.run(dbt, cwd=PROJECT, check=True)
    found: dict[str, Any] = json.loads(MANIFEST.read_text("utf-8"))
    return found


def _newest_source() -> float:
    files = [path for folder in FOLDERS for path in (PROJECT / folder).rglob("*.*")]
    return max(path.stat().st_mtime for path in [*files, PROJECT / "dbt_project.yml"])
