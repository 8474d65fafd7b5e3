import hashlib
import hmac
import json
import os
from pathlib import Path

import pytest

from ingestion.keys import KeyringError, Tokens, Vault, create_keyring, load_keyring


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "keys" / "keyring.json"
    create_keyring(path)
    return path


def test_a_new_key_ring_can_be_used_by_its_owner_only(path: Path) -> None:
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert os.listdir(path.parent) == ["keyring.json"]
    keyring = load_keyring(path)
    assert keyring.active_bundle_key in keyring.bundle_keys


def test_a_key_ring_is_never_overwritten(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(KeyringError, match="is there already"):
        create_keyring(path)
    assert path.read_bytes() == before
    assert os.listdir(path.parent) == ["keyring.json"]


def test_a_key_ring_that_others_can_read_is_refused_with_its_mode(path: Path) -> None:
    path.chmod(0o640)
    with pytest.raises(KeyringError, match=r"mode 0640, so others can use it; allowed: 0600"):
        load_keyring(path)


def test_a_missing_key_ring_names_the_command_that_makes_one(tmp_path: Path) -> None:
    with pytest.raises(KeyringError, match="`ratelake init` creates one"):
        load_keyring(tmp_path / "keyring.json")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"token_key": "AAAA"}, "a token_key has 3 bytes; allowed: 32"),
        ({"token_key": "§"}, "is no key ring"),
        ({"bundle_keys": {}}, "the key ring has no bundle key"),
        ({"bundle_keys": []}, "is no key ring"),
    ],
)
def test_a_damaged_key_ring_says_what_is_wrong(path: Path, change: dict, said: str) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    with pytest.raises(KeyringError, match=said):
        load_keyring(path)


def test_a_key_ring_that_lacks_a_key_names_it(path: Path) -> None:
    document = json.loads(path.read_text())
    del document["vault_key"]
    path.write_text(json.dumps(document))
    with pytest.raises(KeyringError, match="it has no 'vault_key'"):
        load_keyring(path)


def test_no_key_shows_in_a_repr(path: Path) -> None:
    keyring = load_keyring(path)
    shown = repr(keyring)
    for key in (keyring.token_key, keyring.vault_key, *keyring.bundle_keys.values()):
        assert repr(key)[2:-1] not in shown
        assert key.hex() not in shown


def test_a_token_is_the_first_32_hex_characters_of_hmac_sha256() -> None:
    key = bytes(range(32))
    expected = hmac.new(key, b"491711234567", hashlib.sha256).hexdigest()[:32]
    assert Tokens(key).of("491711234567") == expected
    assert Tokens(key).of_all([b"491711234567", b"44"])[0] == expected


def test_the_vault_gives_one_ciphertext_per_number_and_the_number_back(path: Path) -> None:
    vault = Vault(load_keyring(path))
    locked = vault.lock(b"491711234567")
    assert locked == vault.lock(b"491711234567")
    assert b"4917" not in locked
    assert vault.unlock(locked) == "491711234567"
