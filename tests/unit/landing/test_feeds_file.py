"""The feeds file: what is wrong in it is named with its place, the value got and those allowed."""

from pathlib import Path

import pytest

from ingestion.landing.feeds_file import FeedsFileWrong, remotes
from ingestion.settings import Settings

REMOTE = """
[[remote]]
name = "mediation"
host = "sftp.example.net"
user = "ratelake"
key_file = "keys/mediation"
known_hosts = "keys/known_hosts"
"""
FOLDER = """
[[remote.folder]]
feed = "usage"
path = "/out"
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    keys = tmp_path / "keys"
    keys.mkdir()
    (keys / "mediation").touch(mode=0o600)
    (keys / "known_hosts").touch()
    return Settings(home=tmp_path)


def refusal(settings: Settings, text: str) -> str:
    settings.feeds_path.write_text(text)
    with pytest.raises(FeedsFileWrong) as refused:
        remotes(settings)
    return str(refused.value).replace(str(settings.root), "HOME")


def test_without_a_file_there_are_no_servers(settings: Settings) -> None:
    assert remotes(settings) == ()


def test_a_file_that_is_named_must_be_there(settings: Settings) -> None:
    named = settings.model_copy(update={"feeds_file": settings.root / "other.toml"})
    with pytest.raises(FeedsFileWrong, match=r"other\.toml cannot be read"):
        remotes(named)


def test_what_is_left_out_has_the_documented_values(settings: Settings) -> None:
    settings.feeds_path.write_text(REMOTE + FOLDER)
    (remote,) = remotes(settings)
    (folder,) = remote.folder
    assert (remote.port, remote.connections, remote.transfers, remote.quiet_seconds) == (
        22,
        2,
        16,
        10,
    )
    assert (folder.pattern, folder.after, folder.move_to) == ("*", "keep", None)
    assert remote.key_file == settings.root / "keys" / "mediation"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[remote", "HOME/feeds.toml cannot be read: "),
        (REMOTE, "HOME/feeds.toml: remote 1, folder: Field required"),
        (
            REMOTE + FOLDER + FOLDER + "after = 'mov'",
            "HOME/feeds.toml: remote 1, folder 2, after: "
            "got 'mov'; allowed: 'keep', 'move' or 'delete'",
        ),
        (
            REMOTE + FOLDER.replace("usage", "cdr"),
            "HOME/feeds.toml: remote 1, folder 1, feed: "
            "got 'cdr'; allowed: 'usage', 'account', 'action' or 'payment'",
        ),
        (
            REMOTE + FOLDER + "after = 'move'",
            "HOME/feeds.toml: remote 1, folder 1: after = 'move'; move_to goes with 'move', "
            "and only with it",
        ),
        (
            REMOTE + FOLDER + "move_to = '/done'",
            "HOME/feeds.toml: remote 1, folder 1: after = 'keep'; move_to goes with 'move', "
            "and only with it",
        ),
        (
            REMOTE + FOLDER + "after = 'move'\nmove_to = '/out/'",
            "HOME/feeds.toml: remote 1, folder 1: move_to = '/out/'; "
            "allowed: another folder than path",
        ),
        (
            REMOTE + "password = 'x'" + FOLDER,
            "HOME/feeds.toml: remote 1, password: got 'x'; Extra inputs are not permitted",
        ),
        (
            (REMOTE + FOLDER) * 2,
            "HOME/feeds.toml: name = 'mediation' stands 2 times; allowed: once",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_place(settings: Settings, text: str, said: str) -> None:
    assert refusal(settings, text).startswith(said)


def test_a_key_that_others_may_read_is_refused(settings: Settings) -> None:
    (settings.root / "keys" / "mediation").chmod(0o644)
    assert refusal(settings, REMOTE + FOLDER) == (
        "remote mediation: key_file HOME/keys/mediation has mode 0644, so others may read it; "
        "allowed: 0600 (chmod 600)"
    )


@pytest.mark.parametrize("name", ["mediation", "known_hosts"])
def test_a_file_of_keys_that_is_missing_is_named(settings: Settings, name: str) -> None:
    (settings.root / "keys" / name).unlink()
    assert f"HOME/keys/{name}: " in refusal(settings, REMOTE + FOLDER)
