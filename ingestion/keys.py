"""The key ring of a home: it makes tokens of numbers and locks what must be read again."""

import base64
import binascii
import hashlib
import json
import os
import secrets
import stat
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from ingestion.failures import Failure

TOKEN_LENGTH = 32
KEY_BYTES = {"token_key": 32, "vault_key": 64, "bundle_key": 32}


class KeyringError(Failure):
    """The key ring cannot be used as it is."""


@dataclass(frozen=True)
class Keyring:
    """The keys of one home. None of them shows in a repr.

    `token_key` makes tokens and never changes (a token must stay the same for good); `vault_key`
    (AES-256-SIV) locks the original numbers; `bundle_keys` wrap the data key of each bundle, and
    new bundles use the active one.
    """

    token_key: bytes = field(repr=False)
    vault_key: bytes = field(repr=False)
    vault_key_id: str
    bundle_keys: dict[str, bytes] = field(repr=False)
    active_bundle_key: str

    def bundle_key(self, key_id: str) -> bytes:
        if key_id not in self.bundle_keys:
            known = ", ".join(sorted(self.bundle_keys))
            raise KeyringError(f"the key ring has no bundle key {key_id!r}; it has: {known}")
        return self.bundle_keys[key_id]


class Tokens:
    """Makes tokens: hex HMAC-SHA256 of a normalised number, cut to 32 characters."""

    def __init__(self, token_key: bytes) -> None:
        padded = token_key.ljust(64, b"\0")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in padded))

    def of(self, number: str) -> str:
        """The token of one normalised number (digits only)."""
        return self.of_all([number.encode()])[0]

    def of_all(self, numbers: Iterable[bytes]) -> list[str]:
        """Tokens in the order of the numbers. The padded keys are hashed once, not per number."""
        tokens = []
        start_inner, start_outer = self._inner.copy, self._outer.copy
        for number in numbers:
            inner, outer = start_inner(), start_outer()
            inner.update(number)
            outer.update(inner.digest())
            tokens.append(outer.hexdigest()[:TOKEN_LENGTH])
        return tokens


class Vault:
    """Locks numbers with AES-SIV: the same number gives the same ciphertext, stored once."""

    def __init__(self, keyring: Keyring) -> None:
        self.key_id = keyring.vault_key_id
        self._cipher = AESSIV(keyring.vault_key)

    def lock(self, number: bytes) -> bytes:
        return self._cipher.encrypt(number, None)

    def unlock(self, ciphertext: bytes) -> str:
        return self._cipher.decrypt(ciphertext, None).decode()


def create_keyring(path: Path) -> None:
    """Write a new key ring with mode 0600; it appears whole or not at all.

    Raises KeyringError when there is one already: new keys would orphan every token and bundle.
    """
    document = {
        "token_key": _new_key("token_key"),
        "vault_key": _new_key("vault_key"),
        "vault_key_id": f"vault-{secrets.token_hex(4)}",
        "bundle_keys": {(key_id := f"bundle-{secrets.token_hex(4)}"): _new_key("bundle_key")},
        "active_bundle_key": key_id,
    }
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            json.dump(document, file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        os.link(temporary, path)
    except FileExistsError:
        raise KeyringError(f"{path} is there already; it is never overwritten") from None
    finally:
        temporary.unlink()


def load_keyring(path: Path) -> Keyring:
    """Read the key ring. Raises KeyringError if it is missing, damaged or readable by others."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        text = path.read_text(encoding="ascii")
    except FileNotFoundError:
        raise KeyringError(f"there is no key ring at {path}: `ratelake init` creates one") from None
    except (OSError, UnicodeDecodeError) as failure:
        raise KeyringError(f"{path} cannot be read: {failure}") from None
    if mode & 0o077:
        raise KeyringError(f"{path} has mode {mode:04o}, so others can use it; allowed: 0600")
    try:
        document = json.loads(text)
        bundle_keys = {
            str(name): _decoded(key, "bundle_key") for name, key in document["bundle_keys"].items()
        }
        keyring = Keyring(
            token_key=_decoded(document["token_key"], "token_key"),
            vault_key=_decoded(document["vault_key"], "vault_key"),
            vault_key_id=str(document["vault_key_id"]),
            bundle_keys=bundle_keys,
            active_bundle_key=str(document["active_bundle_key"]),
        )
    except (ValueError, TypeError, AttributeError, binascii.Error) as failure:
        raise KeyringError(f"{path} is no key ring: {failure}") from None
    except KeyError as missing:
        raise KeyringError(f"{path} is no key ring: it has no {missing}") from None
    keyring.bundle_key(keyring.active_bundle_key)
    return keyring


def _new_key(kind: str) -> str:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES[kind])).decode()


def _decoded(text: str, kind: str) -> bytes:
    key = base64.b64decode(text, validate=True)
    if len(key) != KEY_BYTES[kind]:
        raise ValueError(f"a {kind} has {len(key)} bytes; allowed: {KEY_BYTES[kind]}")
    return key
