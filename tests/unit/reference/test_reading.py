"""Files of a reference folder that are no text, no table, or not the contract's table."""

import gzip
from pathlib import Path

import pytest
import zstandard

from ingestion.reference.validate import InvalidReference, problems, validate
from tests.unit.reference.sound_folder import faults, write

CURRENCIES = b"currency,minor_digits\nEUR,2\n"
NO_DIGITS = b'{"currency": "EUR", "minor_digits": null}'
CUT = gzip.compress(CURRENCIES, mtime=0)[:-6]


def faults_of(folder: Path, name: str, content: bytes) -> list[str]:
    """What is wrong with the sound folder once currencies come in a file of these bytes."""
    write(folder)
    (folder / "currencies.csv").unlink()
    (folder / name).write_bytes(content)
    return [str(problem) for problem in problems(folder)]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("currencies.csv", b""),
        ("currencies.csv", b"currency,minor_digits\n"),
        ("currencies.csv", b"\xef\xbb\xbfcurrency,minor_digits\r\nEUR,2\r\n"),
        ("currencies.csv", b'minor_digits,"currency"\n\n2,"EUR"'),
        ("currencies.csv", b"currency\nEUR\n"),
        ("currencies.csv", b"currency,country,minor_digits\nEUR,,2\n"),
        ("currencies.csv.gz", gzip.compress(CURRENCIES, mtime=0)),
        ("currencies.csv.zst", zstandard.compress(CURRENCIES)),
        ("currencies.jsonl", b'{"currency": "EUR", "minor_digits": 2}\n\n{"currency": "USD"}\n'),
        ("currencies.jsonl.gz", gzip.compress(NO_DIGITS, mtime=0)),
        ("unknown.csv", b"anything"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_every_form_of_the_contract_is_read(tmp_path: Path, name: str, content: bytes) -> None:
    assert faults_of(tmp_path, name, content) == []


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        (
            "currencies.csv",
            b"currency;minor_digits\nEUR;2\n",
            ", row 1: the header lacks currency, it has 'currency;minor_digits'; "
            "allowed: commas between names, at least currency",
        ),
        (
            "currencies.csv",
            b"currency,Minor_Digits \nEUR,2\n",
            ", row 1: the header has 'Minor_Digits '; allowed: minor_digits",
        ),
        (
            "currencies.csv",
            b"currency,currency\nEUR,USD\n",
            ", row 1: the header names currency twice; allowed: once",
        ),
        (
            "currencies.csv",
            b"currency,minor_digits\nEUR,2\nUSD\nKWD,3,\nJPY\n",
            ", rows 3, 5: the number of values is 1; allowed: 2, as the header has",
        ),
        (
            "currencies.csv",
            b"currency,minor_digits\nEUR,2\n\nEUR,\xe9\n",
            ", row 4: holds the byte e9; allowed: UTF-8 text",
        ),
        (
            "currencies.csv",
            b'currency,minor_digits\nEUR,2\n"USD"x,2\n',
            ", row 3: is no CSV: ',' expected after '\"'; allowed: RFC 4180",
        ),
        (
            "currencies.csv",
            b'currency,minor_digits\nEUR,2\n"USD,2\n',
            ", row 3: is no CSV: unexpected end of data; allowed: RFC 4180",
        ),
        (
            "currencies.csv",
            b"currency,minor_digits\nEUR,2" + b"0" * 100_000,
            ", row 2: is no CSV: field larger than field limit (100000); allowed: RFC 4180",
        ),
        (
            "currencies.csv",
            b"currency,minor_digits\nE\0R,2\n",
            ", row 2: currency is 'E\\x00R'; "
            "allowed: three capital letters as in ISO 4217, such as EUR",
        ),
        (
            "currencies.csv",
            gzip.compress(CURRENCIES, mtime=0),
            ": the content is compressed with gz, but the name does not end in .gz",
        ),
        (
            "currencies.csv.gz",
            CURRENCIES,
            ": the name ends in .gz, but the content begins with text; "
            "allowed: 1f 8b, as every gz stream does",
        ),
        (
            "currencies.csv.gz",
            CUT,
            f": the gz stream is cut: its end mark is missing after {len(CUT)} bytes",
        ),
        (
            "currencies.jsonl",
            b'{"currency": "EUR"}\nEUR\n',
            ", row 2: the line is no JSON: Expecting value: line 1 column 1 (char 0); "
            "allowed: one JSON object",
        ),
        (
            "currencies.jsonl",
            b'{"currency": "EUR"}\n["USD"]\n',
            ", row 2: the line holds a list; allowed: one JSON object",
        ),
        (
            "currencies.jsonl",
            b'{"currency": {"code": "EUR"}}\n',
            ", row 1: column currency: got an object; allowed: text, a number or null",
        ),
        (
            "currencies.jsonl",
            b'{"currency": "EUR", "currency": "USD"}\n',
            ", row 1: names currency twice; allowed: once",
        ),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_is_no_such_file_is_named(
    tmp_path: Path, name: str, content: bytes, fault: str
) -> None:
    found = faults_of(tmp_path, name, content)
    assert found[0] == f"{name}{fault}"
    assert len(found) <= 2


def test_rows_are_lines_of_the_file_also_after_a_line_break_in_quotes(tmp_path: Path) -> None:
    plans = 'plan_id,name,currency\n\ntalk,"Talk\nmore",EUR\nsurf,"a ""b""",eur\n'
    assert faults(tmp_path, plans=plans) == [
        "plans.csv, row 5: currency is 'eur'; "
        "allowed: three capital letters as in ISO 4217, such as EUR"
    ]


def test_a_file_that_cannot_be_read_makes_no_id_unknown(tmp_path: Path) -> None:
    assert faults(tmp_path, plans='plan_id\n"talk') == [
        "plans.csv, row 2: is no CSV: unexpected end of data; allowed: RFC 4180"
    ]
    assert faults(tmp_path, plans="plan,name\ntalk,Talk\n") == [
        "plans.csv, row 1: the header lacks plan_id, it has 'plan, name'; "
        "allowed: commas between names, at least plan_id"
    ]


def test_a_file_may_not_come_in_two_forms(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "plans.jsonl").write_text('{"plan_id": "surf"}')
    assert [str(problem) for problem in problems(tmp_path)] == [
        "plans.csv: plans.csv and plans.jsonl are both there; allowed: one"
    ]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "tarifs"
    with pytest.raises(InvalidReference) as refused:
        validate(folder)
    assert str(refused.value) == (
        f"the tariff files in {folder} have 1 problem:\n"
        f"  {folder}: is no folder; allowed: a folder of tariff files"
    )


def test_an_empty_folder_has_no_problem(tmp_path: Path) -> None:
    validate(tmp_path)


def test_the_text_shows_50_problems_and_counts_the_rest(tmp_path: Path) -> None:
    rows = "".join(f"41,zone {number}.,x{number}\n" for number in range(1060))
    write(tmp_path, destinations=f"prefix,zone,valid_from\n41,alps,\n{rows}")
    with pytest.raises(InvalidReference) as refused:
        validate(tmp_path)
    lines = str(refused.value).splitlines()
    assert len(refused.value.problems) == 1060
    assert lines[0] == f"the tariff files in {tmp_path} have 1,060 problems:"
    assert lines[1].startswith("  destinations.csv, row 3: valid_from is 'x0'; allowed: ")
    assert (len(lines), lines[51]) == (52, "  … and 1,010 more")


def test_long_values_and_long_lists_are_cut(tmp_path: Path) -> None:
    zones = "".join(f"{number},zone{number}\n" for number in range(10, 99))
    found = faults(
        tmp_path,
        destinations=f"prefix,zone\n{zones}41,alps\n",
        tariffs=f"tariff_id,plan_id,service,destination_zone\nt1,*,*,{'x' * 99}\nt2,*,*,\n",
    )
    known = "alps, " + ", ".join(f"zone{number}" for number in range(10, 21))
    assert found == [
        f"tariffs.csv, row 2: destination_zone is '{'x' * 58}…; "
        f"allowed: * or a zone of destinations.csv ({known}, … (90 in all))"
    ]
