"""The last good state: what dbt said of the project when all was well, and the home it left.

Below the folder of CI `good` links to one of `states/`, so replacing it is one step.
"""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import uuid4

from ci.home import Manifest, settings_of
from ingestion.settings import PROJECT, Settings

# beside the models, what decides what a home holds
INPUTS = (
    "ci/home.py",
    "ingestion",
    "sample",
    "seeds",
    "spark_conf",
    "profiles.yml",
    "requirements.txt",
)
MAIN = "refs/heads/main"
# of dbt, about the project and about the build
ARTEFACTS = ("manifest.json", "run_results.json")
# what a later build reads of a home; the rest would only be carried along
BUILT = ("lake", "views", "scratch")


@dataclass(frozen=True)
class State:
    """A folder with `about.json`, dbt's files of the build, and `home/`."""

    folder: Path

    @property
    def settings(self) -> Settings:
        return settings_of(self.folder / "home")

    @cached_property
    def manifest(self) -> Manifest:
        return _json(self.folder / "manifest.json")

    @property
    def about(self) -> Mapping[str, Any]:
        return _json(self.folder / "about.json")


def good_state(folder: Path) -> State | None:
    """The last good one; None: there is none yet."""
    link = folder / "good"
    return State(link.resolve()) if (link / "about.json").is_file() else None


def new_state(folder: Path) -> State:
    """An empty one, which counts for nothing until it is kept."""
    state = State((folder / "states" / uuid4().hex).resolve())
    (state.folder / "home").mkdir(parents=True)
    return state


def keep(folder: Path, state: State) -> None:
    """Let this be the last good one from here on, in place of the one before."""
    for path in state.settings.root.iterdir():
        if path.name not in BUILT:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for written in state.settings.scratch.glob("run-*"):
        shutil.rmtree(written)
    link = folder / f"good-{uuid4().hex}"
    link.symlink_to(Path("states") / state.folder.name)
    os.replace(link, folder / "good")
    for other in (folder / "states").iterdir():
        if other.name != state.folder.name:
            shutil.rmtree(other)


def describe(state: State) -> None:
    """Write beside a build that ended well what it was made of."""
    for name in ARTEFACTS:
        shutil.copy(state.settings.root / "dbt" / name, state.folder / name)
    about = {
        "commit": git("rev-parse", "--short", "HEAD"),
        "made_at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "inputs": inputs(),
    }
    (state.folder / "about.json").write_text(json.dumps(about, indent=1), encoding="utf-8")


def inputs() -> dict[str, str]:
    """A hash of each thing that decides what a home holds before dbt builds on it."""
    return {name: _hash(PROJECT / name) for name in INPUTS}


def _hash(place: Path) -> str:
    files = [place] if place.is_file() else sorted(place.rglob("*"))
    digest = hashlib.sha256()
    for path in files:
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(str(path.relative_to(PROJECT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def is_main_as_committed() -> bool:
    """Whether this is the branch main, with nothing changed since its last commit."""
    return git("symbolic-ref", "--quiet", "HEAD") == MAIN and not git("status", "--porcelain")


def git(*arguments: str) -> str:
    """What git says; nothing where it has nothing to say, as outside of a repository."""
    done = subprocess.run(["git", *arguments], cwd=PROJECT, capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else ""


def _json(path: Path) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(path.read_text("utf-8"))
    return found
