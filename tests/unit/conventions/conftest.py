"""What the conventions are held against: dbt's manifest of the tree as it stands."""

import json
import subprocess
import sys
from typing import Any

import pytest

from ingestion.settings import PROJECT

Node = dict[str, Any]

MANIFEST = PROJECT / "target" / "manifest.json"
FOLDERS = ("models", "macros", "tests/dbt")


@pytest.fixture(scope="session")
def manifest() -> dict[str, Any]:
    """The manifest that `make check` and set-up leave; parsed again when a file is newer."""
    if not MANIFEST.exists() or MANIFEST.stat().st_mtime < newest_source():
        dbt = [sys.executable, "-m", "dbt.cli.main", "--quiet", "--log-path", "target", "parse"]
        subprocess.run(dbt, cwd=PROJECT, check=True)
    found: dict[str, Any] = json.loads(MANIFEST.read_text("utf-8"))
    return found


def newest_source() -> float:
    files = [path for folder in FOLDERS for path in (PROJECT / folder).rglob("*.*")]
    return max(path.stat().st_mtime for path in [*files, PROJECT / "dbt_project.yml"])


@pytest.fixture(scope="session")
def models(manifest: dict[str, Any]) -> list[Node]:
    return [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]
