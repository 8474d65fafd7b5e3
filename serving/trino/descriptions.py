"""What tables and columns mean, as dbt's own project says it (made at set-up)."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingestion.settings import PROJECT

MANIFEST = PROJECT / "target" / "manifest.json"


@dataclass(frozen=True)
class Description:
    """One line for a table, and one for each of its columns that has one."""

    table: str = ""
    columns: dict[str, str] = field(default_factory=dict)


def descriptions(manifest: Path = MANIFEST) -> dict[str, Description]:
    """By name, such as `rated.usage_charges`; models before the sources of the same name, which
    are tables that models read as the last run left them."""
    if not manifest.exists():
        return {}
    document = json.loads(manifest.read_text(encoding="utf-8"))
    found = {_name(source): _description(source) for source in document["sources"].values()}
    for node in document["nodes"].values():
        if node["resource_type"] == "model":
            found[_name(node)] = _description(node)
    return found


def _name(node: dict[str, Any]) -> str:
    return f"{node['schema']}.{node.get('alias') or node['identifier']}"


def _description(node: dict[str, Any]) -> Description:
    columns = {
        column["name"]: _line(column["description"])
        for column in node["columns"].values()
        if column["description"]
    }
    return Description(_line(node["description"]), columns)


def _line(text: str) -> str:
    return " ".join(text.split())
