"""The feeds file: SFTP servers to fetch from, their folders, and what becomes of a file there."""

import stat
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ingestion.failures import Failure
from ingestion.settings import Settings
from ingestion.toml_file import check_unique, read_toml


class FeedsFileWrong(Failure):
    """The feeds file cannot be used; says which entry, the value got and the values allowed."""


class Folder(BaseModel):
    """A folder of a server. Files whose names match `pattern` are of `feed`; what was collected is
    kept there (and remembered here), moved to the folder `move_to`, or deleted."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    feed: Literal["usage", "account", "action", "payment"]
    path: str = Field(min_length=1)
    pattern: str = Field("*", min_length=1)
    after: Literal["keep", "move", "delete"] = "keep"
    move_to: str | None = None

    @model_validator(mode="after")
    def _move_to_goes_with_move(self) -> Self:
        if (self.after == "move") != (self.move_to is not None):
            raise ValueError(f"after = {self.after!r}; move_to goes with 'move', and only with it")
        if self.move_to is not None and self.move_to.rstrip("/") == self.path.rstrip("/"):
            raise ValueError(f"move_to = {self.move_to!r}; allowed: another folder than path")
        return self


class Remote(BaseModel):
    """An SFTP server and its folders. Its host key must be in `known_hosts`; the private key logs
    in without a passphrase. Files changed in the last `quiet_seconds` may still grow: left alone.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern="^[a-z0-9][a-z0-9._-]*$")
    host: str = Field(min_length=1)
    port: int = Field(22, ge=1, le=65535)
    user: str = Field(min_length=1)
    key_file: Path
    known_hosts: Path
    connections: int = Field(2, ge=1, le=16)
    transfers: int = Field(16, ge=1, le=256, description="files at once, over all connections")
    quiet_seconds: float = Field(10, ge=0)
    folder: tuple[Folder, ...] = Field(min_length=1)


class FeedsFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    remote: tuple[Remote, ...] = ()

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        check_unique(remote.name for remote in self.remote)
        return self


def remotes(settings: Settings) -> tuple[Remote, ...]:
    """The servers of the home's feeds file; none where there is none. Raises FeedsFileWrong."""
    path = settings.feeds_path
    if settings.feeds_file is None and not path.exists():
        return ()
    found = read_toml(path, FeedsFile, FeedsFileWrong)
    return tuple(_with_files(remote, path.parent) for remote in found.remote)


def _with_files(remote: Remote, folder: Path) -> Remote:
    """The remote with whole paths; those in the file are relative to the feeds file."""
    key_file, known_hosts = folder / remote.key_file, folder / remote.known_hosts
    where = f"remote {remote.name}"
    if not key_file.is_file():
        raise FeedsFileWrong(f"{where}: there is no key_file {key_file}: make one by ssh-keygen")
    mode = stat.S_IMODE(key_file.stat().st_mode)
    if mode & 0o077:
        raise FeedsFileWrong(
            f"{where}: key_file {key_file} has mode {mode:04o}, so others may read it; "
            "allowed: 0600 (chmod 600)"
        )
    if not known_hosts.is_file():
        raise FeedsFileWrong(
            f"{where}: there is no known_hosts file {known_hosts}: write the server's host key "
            f"into it (ssh-keyscan -p {remote.port} {remote.host}) after comparing its fingerprint"
        )
    return remote.model_copy(update={"key_file": key_file, "known_hosts": known_hosts})
