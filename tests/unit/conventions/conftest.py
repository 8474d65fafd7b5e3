"""What the conventions are held against: dbt's manifest of the tree as it stands."""

from typing import Any

import pytest

from tests.parsed import parsed_project

Node = dict[str, Any]


@pytest.fixture(scope="session")
def manifest() -> dict[str, Any]:
    return parsed_project()


@pytest.fixture(scope="session")
def models(manifest: dict[str, Any]) -> list[Node]:
    return [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]
