"""The Delta tables themselves in Trino, as they are this moment, under the views at versions.

Where the home's metastore knows them they are in catalog `metastore`, under the names that Spark
gives them; elsewhere all in one schema `lake.tables`, on this disk or in a bucket.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ingestion.lake import place_of
from ingestion.settings import Settings
from stack.trino.client import rows

METASTORE = "metastore"
TABLES = "tables"


@dataclass
class Tables:
    """`places`: where each table of `lake.tables` was when it was made known, by its name there."""

    connection: Any
    settings: Settings
    places: dict[str, str]

    def __post_init__(self) -> None:
        self.in_metastore = [METASTORE] in rows(self.connection, "show catalogs")
        if self.in_metastore:
            self._forget_others()
        else:
            make_schema(self.connection, TABLES)

    def named(self, name: str) -> str:
        """A table's name in Trino."""
        if self.in_metastore:
            return f"{METASTORE}.{name}"
        return f"lake.{TABLES}.{flat_name(name)}"

    def register(self, names: Iterable[str]) -> None:
        """Make tables known that are not yet, or are elsewhere by now."""
        known = self._known()
        for name in names:
            place, named = self._place(name), self.named(name)
            if self.in_metastore:
                if named not in known:
                    self._make_schema(name)
                    self._register(named, place)
            elif named not in known or self.places.get(named) != place:
                if named in known:
                    self._forget(named)
                self._register(named, place)
                self.places[named] = place

    def _known(self) -> set[str]:
        catalog = METASTORE if self.in_metastore else "lake"
        found = rows(
            self.connection,
            f"select table_schema, table_name from {catalog}.information_schema.tables",
        )
        return {f"{catalog}.{schema}.{table}" for schema, table in found}

    def _place(self, name: str) -> str:
        if self.settings.lake_url:
            return place_of(self.settings, name).url
        return f"local:///lake/{name.replace('.', '/')}"

    def _make_schema(self, name: str) -> None:
        """Spark has made it before, if it has been here."""
        schema = name.partition(".")[0]
        place = literal(f"{self.settings.lake_url.rstrip('/')}/{schema}")
        statement = f"create schema if not exists {METASTORE}.{schema} with (location={place})"
        rows(self.connection, statement)

    def _register(self, named: str, place: str) -> None:
        # a call and a definition take no parameters; the names are those of tables
        catalog, schema, table = named.split(".")
        rows(
            self.connection,
            f"call {catalog}.system.register_table(schema_name => {literal(schema)}, "
            f"table_name => {literal(table)}, table_location => {literal(place)})",
        )

    def _forget(self, named: str) -> None:
        catalog, schema, table = named.split(".")
        rows(
            self.connection,
            f"call {catalog}.system.unregister_table("
            f"schema_name => {literal(schema)}, table_name => {literal(table)})",
        )
        self.places.pop(named, None)

    def _forget_others(self) -> None:
        """What the home had in `lake.tables` before it had a metastore."""
        found = rows(
            self.connection,
            "select table_name from lake.information_schema.tables where table_schema = ?",
            TABLES,
        )
        for [table] in found:
            self._forget(f"lake.{TABLES}.{table}")


def make_schema(connection: Any, name: str) -> None:
    """A schema of catalog `lake`, for views and names; nothing is written there by Trino."""
    place = literal(f"local:///trino/metastore/{name}")
    rows(connection, f"create schema if not exists lake.{name} with (location={place})")


def flat_name(name: str) -> str:
    """`rated.usage_outcomes` in a schema that has the tables of all."""
    return name.replace(".", "__", 1)


def literal(value: str) -> str:
    """A value as SQL writes it, where no parameter can stand."""
    return "'" + value.replace("'", "''") + "'"
