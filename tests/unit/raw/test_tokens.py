"""What is kept of a counterparty: a token, and the digits that destinations are matched on."""

from pathlib import Path

import pyarrow as pa
import pytest

from ingestion.keys import Keyring, Tokens, create_keyring, load_keyring
from ingestion.raw import tokens
from ingestion.raw.tokens import Tokenizer, tokenize_counterparties


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    path = tmp_path / "keyring.json"
    create_keyring(path)
    return load_keyring(path)


@pytest.mark.parametrize(
    ("counterparty", "prefix"),
    [
        ("491711234567890", "491711234"),
        ("4917112345678", "491711234"),
        ("493012345", "49301"),
        ("112345", "11"),
        ("12345", "1"),
        ("1234", None),
        ("112", None),
        ("internet.example", "internet.example"),
        ("x" * 65, "x" * 64),
        ("12x", "12x"),
        (None, None),
    ],
)
def test_a_prefix_is_at_most_nine_digits_and_never_one_of_the_last_four(
    keyring: Keyring, counterparty: str | None, prefix: str | None
) -> None:
    tokenizer = Tokenizer(keyring)
    values = pa.array([counterparty], pa.string())
    _, alone = tokenize_counterparties(values, tokenizer)
    _, among_others = tokenize_counterparties(pa.array([counterparty, "a name"]), tokenizer)
    assert alone.to_pylist() == [prefix]
    assert among_others.to_pylist() == [prefix, "a name"]


def test_numbers_become_tokens_and_names_stay(keyring: Keyring) -> None:
    tokenizer = Tokenizer(keyring)
    values = pa.array(["112", "internet.example", None, "4930123456"])
    found, _ = tokenize_counterparties(values, tokenizer)
    of = Tokens(keyring.token_key).of
    assert found.to_pylist() == [of("112"), "internet.example", None, of("4930123456")]


def test_each_number_is_locked_once(keyring: Keyring) -> None:
    tokenizer = Tokenizer(keyring)
    tokenizer.replace(pa.array(["1", "2", "1"]))
    assert len(tokenizer.take_new()["token"]) == 2
    tokenizer.replace(pa.array(["2", "3"]))
    assert tokenizer.take_new()["token"] == [Tokens(keyring.token_key).of("3")]


def test_numbers_that_are_forgotten_get_the_same_token_and_are_locked_again(
    keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "KNOWN_NUMBERS", 1)
    tokenizer = Tokenizer(keyring)
    first = tokenizer.replace(pa.array(["1", "2"]))
    rows = tokenizer.take_new()
    assert tokenizer.replace(pa.array(["1", "2"])) == first
    assert tokenizer.take_new() == rows
