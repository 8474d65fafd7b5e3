"""The partners file: who may bring files by SFTP, with which keys, and for which feeds."""

from pathlib import Path
from typing import Annotated, Literal, Self

import asyncssh
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from ingestion.failures import Failure
from ingestion.toml_file import check_unique, read_toml

EXAMPLE = """[[partner]]
name = "acme"
keys = ["ssh-ed25519 AAAA… acme"]
feeds = ["usage"]"""


class PartnersFileWrong(Failure):
    """The partners file cannot be used; says which entry, the value got and the values allowed."""


def _public_key(text: str) -> str:
    """The key in one line, without options that would loosen what the server allows."""
    try:
        key = asyncssh.import_public_key(text)
    except asyncssh.KeyImportError as failure:
        raise ValueError(f"no public key as in a .pub file: {failure}") from None
    return key.export_public_key("openssh").decode().strip()


class Partner(BaseModel):
    """Logs in as `name` with one of the keys; brings files into a folder for each feed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    # a user name as Linux has it
    name: str = Field(pattern="^[a-z][a-z0-9-]{0,30}$")
    keys: tuple[Annotated[str, AfterValidator(_public_key)], ...] = Field(min_length=1)
    feeds: tuple[Literal["usage", "account", "action", "payment"], ...] = Field(min_length=1)


class PartnersFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    partner: tuple[Partner, ...] = ()

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        check_unique(partner.name for partner in self.partner)
        return self


def read_partners(path: Path) -> tuple[Partner, ...]:
    """The partners in the file. Raises PartnersFileWrong."""
    if not path.exists():
        raise PartnersFileWrong(
            f"there is no {path}, which says who may bring files; such as:\n{EXAMPLE}"
        )
    return read_toml(path, PartnersFile, PartnersFileWrong).partner
