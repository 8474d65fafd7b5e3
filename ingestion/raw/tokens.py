"""Replaces subscriber numbers by tokens, a column at a time; locks each number once per task."""

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.formats.masking import HIDDEN_DIGITS, PREFIX_DIGITS
from ingestion.keys import Keyring, Tokens, Vault

NAME_CHARACTERS = 64
# a task remembers the tokens of about so many numbers; 100 bytes and more each
KNOWN_NUMBERS = 2**20


class Tokenizer:
    """Makes the tokens of one task. `take_new` gives the numbers that it does not remember."""

    def __init__(self, keyring: Keyring) -> None:
        self._tokens = Tokens(keyring.token_key)
        self._vault = Vault(keyring)
        self._known: dict[bytes, str] = {}
        self._new: list[bytes] = []

    def replace(self, numbers: pa.Array) -> pa.Array:
        """Replace every value by its token; null stays null. All values must be digits."""
        encoded = numbers.dictionary_encode()
        distinct = encoded.dictionary.cast(pa.binary()).to_pylist()
        new = [number for number in distinct if number not in self._known]
        self._known.update(zip(new, self._tokens.of_all(new), strict=True))
        self._new += new
        tokens = pa.array([self._known[number] for number in distinct], pa.string())
        return tokens.take(encoded.indices)

    def take_new(self) -> dict[str, list[object]]:
        """Rows of vault.numbers for the numbers that are new since the last call."""
        new, self._new = self._new, []
        rows: dict[str, list[object]] = {
            "token": [self._known[number] for number in new],
            "ciphertext": [self._vault.lock(number) for number in new],
            "key_id": [self._vault.key_id] * len(new),
        }
        if len(self._known) > KNOWN_NUMBERS:
            self._known.clear()
        return rows


def tokenize_counterparties(
    counterparties: pa.Array, tokenizer: Tokenizer
) -> tuple[pa.Array, pa.Array]:
    """Give (counterparty, counterparty_prefix): tokens for digits, names as they are.

    The prefix is what rating needs of a number without the subscriber's part: all but the last
    four digits, at most nine, null when none is left; of a name its first 64 characters.
    """
    is_number = pc.fill_null(pc.match_substring_regex(counterparties, r"^[0-9]+$"), False)
    nothing = pa.scalar(None, pa.string())
    kept = pc.utf8_slice_codeunits(counterparties, 0, -HIDDEN_DIGITS)
    prefix = pc.utf8_slice_codeunits(kept, 0, PREFIX_DIGITS)
    prefix = pc.if_else(pc.equal(prefix, ""), nothing, prefix)
    if pc.all(is_number).as_py() is not False:
        return tokenizer.replace(counterparties), prefix
    tokens = tokenizer.replace(pc.if_else(is_number, counterparties, nothing))
    name = pc.utf8_slice_codeunits(counterparties, 0, NAME_CHARACTERS)
    return pc.if_else(is_number, tokens, counterparties), pc.if_else(is_number, prefix, name)
