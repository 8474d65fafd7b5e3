"""A repository of its own with the project as it stands, in which models are changed."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingestion.settings import PROJECT

AUTHOR = ("-c", "user.name=Tests", "-c", "user.email=tests@example.org")
Nodes = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class ProjectClone:
    """The project's files, committed on main, and what its CI has kept of them."""

    folder: Path

    @property
    def good(self) -> Path:
        """The last good state."""
        return (self.folder / "target" / "ci" / "good").resolve()

    def ci(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """What `make ci-dbt` calls, as it ended; the environment names no other home."""
        names = {name for name in os.environ if name.startswith("RATELAKE_")}
        return subprocess.run(
            [sys.executable, "-m", "ci", *arguments],
            cwd=self.folder,
            env={name: value for name, value in os.environ.items() if name not in names},
            capture_output=True,
            text=True,
            timeout=600,
        )

    def append(self, file: str, text: str) -> None:
        path = self.folder / file
        path.write_text(path.read_text("utf-8") + text, encoding="utf-8")

    def git(self, *arguments: str) -> None:
        subprocess.run(["git", *AUTHOR, *arguments], cwd=self.folder, check=True)

    def last(self, file: str) -> Any:
        """One of dbt's own files about the last build."""
        return json.loads((self.folder / "target" / "ci" / "last" / file).read_text("utf-8"))


def project_clone(folder: Path) -> ProjectClone:
    """Copy all that is no product of the project's own tools, also what is not committed."""
    listed = ("git", "ls-files", "--cached", "--others", "--exclude-standard", "-z")
    names = subprocess.run(listed, cwd=PROJECT, capture_output=True, text=True, check=True)
    for name in names.stdout.split("\0"):
        if name and (PROJECT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, folder / name)
    clone = ProjectClone(folder)
    clone.git("init", "--quiet", "--initial-branch", "main")
    clone.git("add", "--all")
    clone.git("commit", "--quiet", "--message", "The project as it stands")
    return clone


def descendants(manifest: dict[str, Any], name: str) -> set[str]:
    """A model and all that depends on it, by what each node says of its own parents."""
    nodes: Nodes = {**manifest["nodes"], **manifest["unit_tests"]}
    parents = {key: set(node["depends_on"].get("nodes", ())) for key, node in nodes.items()}
    found, more = {name}, {name}
    while more:
        more = {key for key, above in parents.items() if above & found} - found
        found |= more
    return found


def that_run(manifest: dict[str, Any], names: Iterable[str]) -> set[str]:
    """Without what is part of others, and so has no result of its own."""
    nodes: Nodes = manifest["nodes"]
    return {
        name
        for name in names
        if name not in nodes or nodes[name]["config"]["materialized"] != "ephemeral"
    }
