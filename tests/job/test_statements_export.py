"""`ratelake statements`: what is listed and shown, and that every version is exported once."""

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from ratelake import app
from statements.export import job, rows
from statements.export.fields import FLAT_LINE, STATEMENT
from tests.job.billed_home import late_call
from tests.job.small_home import SmallHome

ANNA_1, ANNA_2 = "anna/2026-01-01/1", "anna/2026-01-01/2"
JANUARY = ("--cycle", "2026-01")


@pytest.fixture(scope="module")
def recalculated(tmp_path_factory: pytest.TempPathFactory, billed_home: SmallHome) -> SmallHome:
    """January exported, then a late call and February; not to be changed."""
    home = billed_home.copied(tmp_path_factory.mktemp("recalculated"))
    exported(home, *JANUARY)
    late_call(home)
    return home


@pytest.fixture
def home(billed_home: SmallHome, tmp_path: Path) -> SmallHome:
    return billed_home.copied(tmp_path)


def command(home: SmallHome, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["statements", *arguments, "--home", str(home.settings.root)])


def said(home: SmallHome, *arguments: str) -> Any:
    done = command(home, *arguments, "--format", "json")
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def exported(home: SmallHome, *arguments: str) -> str:
    done = command(home, "export", *arguments)
    assert done.exit_code == 0, done.stderr
    return done.stdout


def documents(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.glob("*.jsonl")):
        yield from map(json.loads, path.read_text().splitlines())


def test_the_list_has_the_last_versions_or_all(recalculated: SmallHome) -> None:
    def listed(*options: str) -> list[tuple[str, str, str | None]]:
        found = said(recalculated, "list", *options)
        return [(one["statement_id"], one["total_amount"], one["supersedes"]) for one in found]

    assert listed(*JANUARY) == [
        (ANNA_2, "12.36", ANNA_1),
        ("berta/2026-01-01/1", "11.89", None),
    ]
    assert listed("--account", "anna", "--all-versions") == [
        (ANNA_1, "12.19", None),
        (ANNA_2, "12.36", ANNA_1),
        ("anna/2026-02-01/1", "11.89", None),
    ]
    assert listed("--cycle", "2026-01-02") == []


def test_a_statement_shows_lines_tax_by_rate_and_what_it_changed(recalculated: SmallHome) -> None:
    """Of 1.97 the fee gets 1.89 and the call 0.07, and the rest as 0.81 is more than 0.60."""
    shown = said(recalculated, "show", ANNA_2)
    lines = [(line["line_type"], line["net_amount"], line["tax_amount"]) for line in shown["lines"]]
    assert lines == [("usage", "0.40", "0.07"), ("recurring", "9.99", "1.90")]
    assert shown["taxes"] == [
        {"tax_rate": "19", "tax_basis": "net", "net_amount": "10.39", "tax_amount": "1.97"}
    ]
    [delta] = shown["deltas"]
    assert (delta["cause"], delta["line_type"]) == ("late_usage", "usage")
    assert [delta[f"{name}_amount"] for name in ("old", "new", "delta")] == ["0.30", "0.47", "0.17"]
    text = command(recalculated, "show", ANNA_2).stdout
    assert "in place of anna/2026-01-01/1" in text and "late_usage" in text


def test_a_statement_that_is_not_there_is_told_with_where_to_look(billed_home: SmallHome) -> None:
    failed = command(billed_home, "show", "anna/2025-01-01/1")
    assert failed.exit_code == 1
    assert "statements list --account anna --all-versions" in failed.stderr


def test_a_document_has_the_amounts_of_the_statement(home: SmallHome, tmp_path: Path) -> None:
    exported(home, *JANUARY, "--to", str(tmp_path / "out"))
    anna, berta = documents(tmp_path / "out")
    assert (anna["id"], anna["supersedes"], anna["runType"]) == (ANNA_1, None, "onCycle")
    assert anna["billingPeriod"] == {
        "startDateTime": "2025-12-31T23:00:00Z",
        "endDateTime": "2026-01-31T23:00:00Z",
    }
    assert anna["taxIncludedAmount"] == anna["amountDue"] == {"unit": "EUR", "value": "12.19"}
    assert anna["taxItem"] == [
        {
            "taxCategory": "std",
            "taxRate": "19",
            "taxBasis": "net",
            "taxExcludedAmount": {"unit": "EUR", "value": "10.24"},
            "taxAmount": {"unit": "EUR", "value": "1.95"},
        }
    ]
    usage, fee = anna["appliedCustomerBillingRate"]
    assert (usage["type"], usage["product"]) == ("usage", {"id": "s1", "name": "basic"})
    assert (usage["quantity"], usage["chargeAmount"]["value"]) == ("120", "0.25")
    assert usage["periodCoverage"]["startDateTime"] == "2026-01-10T10:00:00Z"
    assert fee["periodCoverage"] == anna["billingPeriod"]
    assert fee["taxExcludedAmount"]["value"] == "9.99"
    assert berta["taxIncludedAmount"]["value"] == "11.89"


def test_the_manifest_says_what_is_in_the_folder(home: SmallHome, tmp_path: Path) -> None:
    exported(home, *JANUARY, "--to", str(tmp_path / "out"))
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert (manifest["statements"], manifest["lines"], manifest["runId"]) == (2, 3, 1)
    assert manifest["knownAt"] == "2026-02-05T00:00:00+00:00"
    [sums] = manifest["sums"]
    assert (sums["taxExcludedAmount"], sums["taxAmount"], sums["taxIncludedAmount"]) == (
        "20.23",
        "3.85",
        "24.08",
    )
    [file] = manifest["files"]
    content = (tmp_path / "out" / "statements-00001.jsonl").read_bytes()
    assert file == {
        "name": "statements-00001.jsonl",
        "records": 2,
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def test_csv_and_parquet_hold_the_same(home: SmallHome, tmp_path: Path) -> None:
    for form in ("csv", "parquet"):
        exported(home, *JANUARY, "--again", "--format", form, "--to", str(tmp_path / form))
    for kind, columns in (
        ("statements", [*(field.column for field in STATEMENT), "taxItem"]),
        ("lines", [field.column for field in FLAT_LINE]),
    ):
        text = (tmp_path / "csv" / f"{kind}-00001.csv").read_text()
        header, *records = csv.reader(io.StringIO(text))
        table = pq.read_table(tmp_path / "parquet" / f"{kind}-00001.parquet")
        assert header == table.column_names == columns
        assert records == [
            ["" if value is None else str(value) for value in row.values()]
            for row in table.to_pylist()
        ]
    assert len(records) == 3


def test_a_second_call_exports_nothing_and_says_so(home: SmallHome) -> None:
    exported(home, *JANUARY)
    assert "Nothing new" in exported(home, *JANUARY)
    assert not (home.settings.root / "exports" / "2026-01" / "2").exists()
    assert "exported 2 statements" in exported(home, *JANUARY, "--again")
    assert len(list(documents(home.settings.root / "exports" / "2026-01" / "2"))) == 2


def test_only_a_later_version_is_exported_after_it_with_what_it_adds(
    recalculated: SmallHome, tmp_path: Path
) -> None:
    """A run between two exports leaves the record of the first as it is."""
    home = recalculated.copied(tmp_path)
    exported(home, *JANUARY)
    [anna] = documents(home.settings.root / "exports" / "2026-01" / "2")
    assert (anna["id"], anna["supersedes"], anna["runType"]) == (ANNA_2, ANNA_1, "offCycle")
    assert (anna["taxIncludedAmount"]["value"], anna["amountDue"]["value"]) == ("12.36", "0.17")
    assert home.rows("select statement_id from operations.exports order by statement_id") == [
        (ANNA_1,),
        (ANNA_2,),
        ("berta/2026-01-01/1",),
    ]


def test_a_killed_export_goes_on_and_ends_in_the_same_files(
    home: SmallHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed in the second of two parts, with the begin of its file on the disk."""
    monkeypatch.setattr(rows, "PART_RECORDS", 1)
    whole = home.copied(tmp_path / "whole")
    exported(whole, *JANUARY, "--to", str(tmp_path / "at_once"))
    folder = tmp_path / "killed"

    def killed(place: Path, form: object, part_no: int, found: object) -> None:
        if part_no == 2:
            (place / "statements-00002.jsonl.unfinished").write_text('{"id":')
            raise KeyboardInterrupt
        write_part(place, form, part_no, found)  # type: ignore[arg-type]

    write_part = job.write_part
    monkeypatch.setattr(job, "write_part", killed)
    assert command(home, "export", *JANUARY, "--to", str(folder)).exit_code != 0
    monkeypatch.setattr(job, "write_part", write_part)
    assert not (folder / "manifest.json").exists()
    refused = command(home, "export", *JANUARY, "--to", str(tmp_path / "other"))
    assert refused.exit_code == 1
    assert f"export --cycle 2026-01 --format jsonl --to {folder}" in refused.stderr

    written = (folder / "statements-00001.jsonl").stat().st_mtime_ns
    assert "going on" in exported(home, *JANUARY, "--to", str(folder))
    assert (folder / "statements-00001.jsonl").stat().st_mtime_ns == written
    assert contents(folder) == contents(tmp_path / "at_once")
    assert len(contents(folder)) == 3
    assert home.rows("select count(*) from operations.exports") == [(2,)]
    assert "Nothing new" in exported(home, *JANUARY)


def contents(folder: Path) -> dict[str, bytes]:
    """All files, without what names the call."""
    found = {path.name: path.read_bytes() for path in folder.iterdir()}
    manifest = json.loads(found["manifest.json"])
    manifest.pop("exportId")
    manifest.pop("begunAt")
    return found | {"manifest.json": json.dumps(manifest).encode()}


def test_an_export_killed_before_its_last_word_is_not_recorded_twice(
    home: SmallHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(settings: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(job.plan, "end", killed)
        assert command(home, "export", *JANUARY).exit_code != 0
    assert "going on" in exported(home, *JANUARY)
    assert home.rows("select count(*) from operations.exports") == [(2,)]


def test_lines_that_do_not_come_to_their_statements_are_not_exported(
    home: SmallHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "LINES", rows.LINES.replace("where", "where lines.line_no > 1 and"))
    failed = command(home, "export", *JANUARY)
    assert failed.exit_code == 1
    assert "nothing was exported" in failed.stderr
    assert list(home.settings.root.glob("exports/2026-01/1/*")) == []


@pytest.mark.parametrize(
    ("options", "exit_code", "told"),
    [
        (("--cycle", "2026-13"), 2, "is no month, such as 2026-10"),
        (("--cycle", "2031-01"), 1, "the closed cycles start on 2026-01-01 to 2026-01-01"),
        ((*JANUARY, "--to", "{full}"), 1, "is not empty"),
        ((*JANUARY, "--to", "{file}"), 1, "is no folder"),
    ],
)
def test_what_cannot_be_exported_is_told(
    billed_home: SmallHome, tmp_path: Path, options: tuple[str, ...], exit_code: int, told: str
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    places = {"full": tmp_path / "full", "file": tmp_path / "full" / "file"}
    failed = command(billed_home, "export", *(option.format(**places) for option in options))
    assert failed.exit_code == exit_code
    assert told in " ".join(failed.stderr.replace("│", " ").split())
