"""Encryption of delivered files: a data key per bundle, wrapped by a ring key; a nonce per file."""

import os
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import (
    InvalidUnwrap,
    aes_key_unwrap,
    aes_key_wrap,
)

from ingestion.keys import Keyring

NONCE_BYTES = 12


class EnvelopeError(Exception):
    """A stored file cannot be opened: its bytes or its key are not those that were written."""


@dataclass(frozen=True)
class Envelope:
    """The data key of one bundle, and how it is stored beside the content."""

    key_id: str
    wrapped_key: bytes
    data_key: bytes = field(repr=False)

    def seal(self, content: bytes, label: str) -> tuple[bytes, bytes]:
        """Give (nonce, ciphertext). The label (feed and name) must be the same to open it again."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce, AESGCM(self.data_key).encrypt(nonce, content, label.encode())

    def open(self, nonce: bytes, ciphertext: bytes | memoryview, label: str) -> bytes:
        try:
            return AESGCM(self.data_key).decrypt(nonce, ciphertext, label.encode())
        except InvalidTag:
            raise EnvelopeError(f"{label}: the stored content is damaged or exchanged") from None


def new_envelope(keyring: Keyring) -> Envelope:
    """A fresh data key, wrapped (RFC 3394) by the active bundle key. One per bundle."""
    data_key = AESGCM.generate_key(256)
    key_id = keyring.active_bundle_key
    return Envelope(key_id, aes_key_wrap(keyring.bundle_key(key_id), data_key), data_key)


def stored_envelope(keyring: Keyring, key_id: str, wrapped_key: bytes) -> Envelope:
    """The envelope of a bundle written before. Raises KeyringError, EnvelopeError."""
    try:
        data_key = aes_key_unwrap(keyring.bundle_key(key_id), wrapped_key)
    except InvalidUnwrap:
        raise EnvelopeError(f"bundle key {key_id!r} does not open this bundle") from None
    return Envelope(key_id, wrapped_key, data_key)
