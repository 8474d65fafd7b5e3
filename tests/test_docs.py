"""The README's commands run as they stand, on a small home instead of the sample's."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ingestion.settings import PROJECT
from tests.conftest import Ratelake

README = (PROJECT / "README.md").read_text()
BLOCKS = re.findall(r"^```console\n(.*?)^```", README, re.M | re.S)
MAKE, LOOK, OWN_DATA = BLOCKS


def test_the_readme_names_targets_that_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(), re.M))
    assert set(re.findall(r"\bmake ([a-z-]+)", README)) <= targets | {"sure"}
    assert MAKE == "make run\nmake test\n"


@pytest.mark.parametrize("folder", sorted(re.findall(r"^\| (`.*?`) \|", README, re.M)))
def test_the_readme_names_folders_that_exist(folder: str) -> None:
    assert [name for name in re.findall(r"`(.+?)`", folder) if not (PROJECT / name).exists()] == []


def test_links_lead_somewhere() -> None:
    pages = [PROJECT / "README.md", *(PROJECT / "docs").rglob("*.md")]
    broken = [
        f"{page.relative_to(PROJECT)}: {link}"
        for page in pages
        for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text())
        if not (page.parent / link).exists()
    ]
    assert broken == []


@pytest.mark.parametrize("command", LOOK.splitlines())
def test_the_readmes_looks_run(command: str, published: Ratelake) -> None:
    shown = in_shell(command, published.environment(), PROJECT)
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.strip()


def test_the_readmes_own_data_is_rated(tmp_path: Path) -> None:
    """Run in a folder of its own, without publishing: the node would outlive the test."""
    for name in ("docs", ".venv"):
        (tmp_path / name).symlink_to(PROJECT / name)
    commands = OWN_DATA.replace("ratelake run", "ratelake run --no-publish --format json")
    shown = in_shell(f"set -e\n{commands}", dict(os.environ), tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert '"suspended"' not in shown.stdout
    assert (tmp_path / "mine" / "lake").is_dir()


def in_shell(
    commands: str, environment: dict[str, str], folder: Path
) -> subprocess.CompletedProcess[str]:
    """Run a block as a person would, with the `ratelake` of this Python."""
    beside_python = str(Path(sys.executable).parent / "ratelake")
    assert shutil.which(beside_python), f"{beside_python} is missing: run `make setup`"
    return subprocess.run(
        ["bash", "-c", commands.replace(".venv/bin/ratelake", beside_python)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=900,
    )
