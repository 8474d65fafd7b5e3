"""Show the home's tables and views in Trino as the last run left them.

Three layers: every Delta table as it is this moment, which also a run that works or was killed
changes (serving/trino/tables.py says where); `lake.committed` has a view of each at the version
that the last run left; the schemas of `lake` that people know have the documented columns of
those, and the home's views. The first two are seen by engineers only, the first is how they look
into earlier versions.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingestion.lake import place_of
from ingestion.settings import Settings
from serving.trino.descriptions import Description, descriptions
from serving.trino.support import support_accounts
from serving.trino.tables import TABLES, Tables, flat_name, literal, make_schema
from serving.trino.views import NOT_IN_TRINO, translated
from stack.private_file import write_private
from stack.trino import OWNER, learn_groups
from stack.trino.client import home_server, rows

COMMITTED = "committed"
LEDGER = "operations.runs"
NOTHING = Description()
# never in Trino: what numbers belong to tokens; and what Cassandra serves is in its own catalog
HIDDEN = ("vault.", "serving.", "simulation.")
Progress = Callable[[int, int], None]


def share(settings: Settings, *, on_progress: Progress = lambda done, total: None) -> int:
    """Bring what changed since the last time, and who has which role; the number of tables and
    views that people see.

    A second or two in which tables change one after another. Nothing is shared before the first
    run. Raises TrinoUnavailable, StatementRefused, ViewNotTranslated, SupportFileWrong.
    """
    learn_groups(settings)
    with home_server(settings, OWNER) as connection:
        return _Share(connection, settings, on_progress).bring()


@dataclass
class _Share:
    connection: Any
    settings: Settings
    on_progress: Progress
    # by name what each view was made of, so that only what changed is made anew; and where each
    # table was
    made: dict[str, str] = field(default_factory=dict)

    def bring(self) -> int:
        if not (place_of(self.settings, LEDGER) / "_delta_log").names():
            return 0
        self.made = self._made_before()
        tables = Tables(self.connection, self.settings, self.made)
        versions = self._versions(tables)
        if not versions:
            return 0
        tables.register(name for name in versions if not name.startswith(HIDDEN))
        self._commit(tables, versions)
        people = self._for_people()
        described = descriptions()
        for done, (name, statement) in enumerate(people.items()):
            self._make(f"lake.{name}", statement, described.get(name, Description()))
            self.on_progress(done + 1, len(people))
        self._drop_others({f"lake.{name}" for name in people})
        write_private(self._record, json.dumps(self.made, indent=1) + "\n")
        return len(people)

    @property
    def _record(self) -> Path:
        return self.settings.trino_folder / "shared.json"

    def _versions(self, tables: Tables) -> Mapping[str, int]:
        """What the last run left: its row in the ledger is written last, at once."""
        make_schema(self.connection, COMMITTED)
        tables.register([LEDGER])
        found = rows(
            self.connection,
            f"select table_versions from {tables.named(LEDGER)} "
            "where status = 'completed' order by run_id desc limit 1",
        )
        return found[0][0] if found else {}

    def _made_before(self) -> dict[str, str]:
        """Only what is still there: somebody may have removed the server's folder."""
        if not self._record.exists():
            return {}
        there = {f"lake.{schema}.{name}" for schema, name in self._there()}
        made: dict[str, str] = json.loads(self._record.read_text())
        return {name: text for name, text in made.items() if name in there}

    def _there(self) -> list[list[str]]:
        return rows(
            self.connection,
            "select table_schema, table_name from lake.information_schema.tables "
            "where table_schema <> 'information_schema'",
        )

    def _commit(self, tables: Tables, versions: Mapping[str, int]) -> None:
        for name, version in sorted(versions.items()):
            if not name.startswith(HIDDEN):
                self._make(
                    f"lake.{COMMITTED}.{flat_name(name)}",
                    f"select * from {tables.named(name)} for version as of {int(version)}",
                )
        self._make(f"lake.{COMMITTED}.{flat_name(LEDGER)}", f"select * from {tables.named(LEDGER)}")
        for name in [*self.made]:
            schema, _, flat = name.removeprefix("lake.").partition(".")
            if schema == COMMITTED and _named(flat) not in {*versions, LEDGER}:
                self._drop(name)

    def _for_people(self) -> dict[str, str]:
        """The statement of every view that people see, in the order in which they are made."""
        found = {}
        for flat, columns in self._columns().items():
            names = ", ".join(f'"{column}"' for column in columns)
            found[_named(flat)] = f"select {names} from lake.{COMMITTED}.{flat}"
        for path in sorted(self.settings.views.glob("*.sql")):
            name = path.stem.partition("-")[2]
            if not name.startswith(HIDDEN) and name not in NOT_IN_TRINO:
                found[name] = translated(name, path.read_text(encoding="utf-8"))
        found["operations.support_accounts"] = self._support()
        for schema in {name.partition(".")[0] for name in found}:
            make_schema(self.connection, schema)
        return found

    def _columns(self) -> dict[str, list[str]]:
        columns: dict[str, list[str]] = {}
        for table, column in rows(
            self.connection,
            "select table_name, column_name from lake.information_schema.columns "
            "where table_schema = ? order by table_name, ordinal_position",
            COMMITTED,
        ):
            columns.setdefault(table, []).append(column)
        return columns

    def _support(self) -> str:
        pairs = support_accounts(self.settings.root / "support_accounts.csv")
        said = ", ".join(f"({literal(user)}, {literal(account)})" for user, account in pairs)
        empty = "(cast(null as varchar), cast(null as varchar))"
        return (
            "select user_name, account_id from "
            f"(values {said or empty}) as pairs (user_name, account_id) where user_name is not null"
        )

    def _make(self, name: str, statement: str, described: Description = NOTHING) -> None:
        text = json.dumps([statement, described.table, described.columns])
        if self.made.get(name) == text:
            return
        rows(self.connection, f"create or replace view {name} security definer as {statement}")
        if described.table:
            rows(self.connection, f"comment on view {name} is {literal(described.table)}")
        there = self._columns_of(name) if described.columns else set()
        for column in described.columns.keys() & there:
            comment = literal(described.columns[column])
            rows(self.connection, f'comment on column {name}."{column}" is {comment}')
        self.made[name] = text

    def _columns_of(self, name: str) -> set[str]:
        return {column for column, *_ in rows(self.connection, f"show columns from {name}")}

    def _drop_others(self, wanted: set[str]) -> None:
        """What an earlier version of the models had."""
        for schema, table in self._there():
            name = f"lake.{schema}.{table}"
            if schema not in (TABLES, COMMITTED) and name not in wanted:
                self._drop(name)

    def _drop(self, name: str) -> None:
        rows(self.connection, f"drop view if exists {name}")
        self.made.pop(name, None)


def _named(flat: str) -> str:
    return flat.replace("__", ".", 1)
