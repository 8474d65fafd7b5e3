"""The last good state: what replaces it, and when."""

import subprocess
from pathlib import Path

import pytest

from ci import state


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a commit on main, in place of the project's."""
    monkeypatch.setattr(state, "PROJECT", tmp_path)
    git(tmp_path, "init", "--quiet", "--initial-branch", "main")
    (tmp_path / "model.sql").write_text("select 1")
    git(tmp_path, "add", "model.sql")
    git(tmp_path, "commit", "--quiet", "--message", "A model")
    return tmp_path


def git(folder: Path, *arguments: str) -> None:
    author = ("-c", "user.name=Tests", "-c", "user.email=tests@example.org")
    subprocess.run(["git", *author, *arguments], cwd=folder, check=True)


def test_main_as_committed_replaces_it(repository: Path) -> None:
    assert state.is_main_as_committed()


def test_what_is_not_committed_does_not(repository: Path) -> None:
    (repository / "model.sql").write_text("select 2")
    assert not state.is_main_as_committed()


def test_another_branch_does_not(repository: Path) -> None:
    git(repository, "checkout", "--quiet", "-b", "other")
    assert not state.is_main_as_committed()


def test_a_commit_without_a_branch_does_not(repository: Path) -> None:
    """As CI checks out a pull request."""
    git(repository, "checkout", "--quiet", "--detach")
    assert not state.is_main_as_committed()


def test_outside_of_a_repository_nothing_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state, "PROJECT", tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert not state.is_main_as_committed()


def built(folder: Path, text: str) -> state.State:
    made = state.new_state(folder)
    (made.folder / "about.json").write_text("{}")
    (made.folder / "home" / "lake").mkdir()
    (made.folder / "home" / "lake" / "rows").write_text(text)
    (made.folder / "home" / "inbox").mkdir()
    return made


def test_a_new_state_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    assert state.good_state(tmp_path) is None
    for text in ("first", "second"):
        made = built(tmp_path, text)
        state.keep(tmp_path, made)
        good = state.good_state(tmp_path)
        assert good == made
        assert (good.folder / "home" / "lake" / "rows").read_text() == text
        assert [path.name for path in (tmp_path / "states").iterdir()] == [made.folder.name]


def test_of_a_home_only_what_was_built_is_kept(tmp_path: Path) -> None:
    made = built(tmp_path, "rows")
    state.keep(tmp_path, made)
    assert [path.name for path in (made.folder / "home").iterdir()] == ["lake"]


def test_a_state_that_was_not_kept_is_none(tmp_path: Path) -> None:
    state.new_state(tmp_path)
    assert state.good_state(tmp_path) is None


def test_the_folder_may_stand_elsewhere_later(tmp_path: Path) -> None:
    """As when a cache brings it to another machine."""
    folder = tmp_path / "here"
    folder.mkdir()
    made = built(folder, "rows")
    state.keep(folder, made)
    folder.rename(tmp_path / "there")
    good = state.good_state(tmp_path / "there")
    assert good is not None and good.folder.name == made.folder.name
