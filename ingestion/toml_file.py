"""Settings in TOML files: read, checked, and what is wrong told with its place."""

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from ingestion.failures import Failure

Model = TypeVar("Model", bound=BaseModel)


def read_toml(path: Path, model: type[Model], wrong: type[Failure]) -> Model:
    """What the file holds, as the model has it. Raises `wrong`, which names the file, the entry,
    the value got and those allowed."""
    try:
        return model.model_validate(tomllib.loads(path.read_text()))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as failure:
        raise wrong(f"{path} cannot be read: {failure}") from None
    except ValidationError as failure:
        raise wrong(f"{path}: {_first_problem(failure)}") from None


def check_unique(names: Iterable[str]) -> None:
    """Raise ValueError for a name that stands more than once."""
    found = list(names)
    for name in found:
        if found.count(name) > 1:
            raise ValueError(f"name = {name!r} stands {found.count(name)} times; allowed: once")


def _first_problem(failure: ValidationError) -> str:
    """Such as `remote 1, folder 2, after: got 'mov'; allowed: 'keep', 'move' or 'delete'`."""
    problem = failure.errors()[0]
    words: list[str] = []
    for part in problem["loc"]:
        if isinstance(part, int):
            words[-1] += f" {part + 1}"
        else:
            words.append(part)
    where = ", ".join(words)
    said = problem["msg"].removeprefix("Value error, ").replace("Input should be", "allowed:")
    got = problem["input"]
    shown = f"got {got!r}; " if isinstance(got, str | int | float) else ""
    return f"{where}: {shown}{said}" if where else said
