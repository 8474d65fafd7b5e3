"""What a change touches, where dbt's own comparison (`state:modified`) does not see it.

It compares what models say and the macros that they name. It does not see materializations, which
models name by a word, hooks, and macros that dbt calls by itself, nor the columns of a model's
YAML, of which the lasting tables are made here.
"""

import re
from collections.abc import Iterable, Mapping, Set
from typing import Any

from ci.home import Manifest, Node, models

ADAPTER = "spark"


def changed_macros(old: Manifest, new: Manifest) -> set[str]:
    before = {name: macro["macro_sql"] for name, macro in old["macros"].items()}
    return {name for name, macro in new["macros"].items() if macro["macro_sql"] != before.get(name)}


def unseen_models(old: Manifest, new: Manifest) -> set[str]:
    """Models with other columns, or another materialization, than the last good build's."""
    kinds = changed_kinds(new, changed_macros(old, new))
    before = {node["unique_id"]: columns(node) for node in models(old)}
    return {
        node["unique_id"]
        for node in models(new)
        if node["config"]["materialized"] in kinds
        or before.get(node["unique_id"], columns(node)) != columns(node)
    }


def columns(node: Node) -> list[tuple[str, str | None]]:
    return [(column["name"], column["data_type"]) for column in node["columns"].values()]


def changed_kinds(manifest: Manifest, changed: Set[str]) -> set[str]:
    """The materializations that are made in another way than before."""
    return {
        found[1]
        for name in manifest["macros"]
        if (found := re.search(rf"\.materialization_(\w+)_({ADAPTER}|default)$", name))
        and changed & with_called(manifest, [name])
    }


def macros_of_all(old: Manifest, new: Manifest) -> set[str]:
    """Changed macros that may say something else of every model: hooks', and those that dbt calls.

    A macro that no node and no materialization calls is taken for one of the latter.
    """
    changed = changed_macros(old, new)
    hooks = [node for node in new["nodes"].values() if node["resource_type"] == "operation"]
    others = [node for node in new["nodes"].values() if node["resource_type"] != "operation"]
    kinds = [name for name in new["macros"] if ".materialization_" in name]
    named = with_called(new, [*macros_named(others), *kinds])
    return (changed & with_called(new, macros_named(hooks))) | (changed - named)


def hooks_differ(old: Manifest, new: Manifest) -> bool:
    return hooks(old) != hooks(new)


def hooks(manifest: Manifest) -> dict[str, str]:
    return {
        name: node["raw_code"]
        for name, node in manifest["nodes"].items()
        if node["resource_type"] == "operation"
    }


def macros_named(nodes: Iterable[Node]) -> list[str]:
    return [name for node in nodes for name in node["depends_on"]["macros"]]


def with_called(manifest: Manifest, names: Iterable[str]) -> set[str]:
    """These macros and all that they call."""
    return reached(
        {name: m["depends_on"]["macros"] for name, m in manifest["macros"].items()}, names
    )


def with_descendants(manifest: Manifest, names: Iterable[str]) -> set[str]:
    """These nodes and all that depend on them, with their tests."""
    return reached(manifest["child_map"], names)


def reached(arrows: Mapping[str, Any], names: Iterable[str]) -> set[str]:
    found, left = set(names), list(names)
    while left:
        more = [name for name in arrows.get(left.pop(), ()) if name not in found]
        found.update(more)
        left.extend(more)
    return found
