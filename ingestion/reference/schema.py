"""What a description of a reference file is made of."""

from dataclasses import dataclass

from ingestion.reference.types import ColumnType


@dataclass(frozen=True)
class Column:
    """One column. `default` is what an empty field means; None: nothing, or what a rule says."""

    name: str
    type: ColumnType
    required: bool = False
    default: str | None = None

    @property
    def spark_type(self) -> str:
        return self.type.spark_type


@dataclass(frozen=True)
class Link:
    """Values of `column` stand in column `to_column` of file `to_file`, or are among `also`."""

    column: str
    to_file: str
    to_column: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReferenceFile:
    """One file. With validity (valid_from, valid_to) a key may have rows that do not overlap."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    links: tuple[Link, ...] = ()

    @property
    def validity(self) -> tuple[str, ...]:
        """The two validity columns, or none."""
        return tuple(c.name for c in self.columns if c.name in ("valid_from", "valid_to"))

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.required)

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)
