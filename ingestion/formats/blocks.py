"""Cuts a stream of bytes into blocks of whole records, so that memory stays bounded."""

import codecs
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

BLOCK_BYTES = 8 * 2**20
RECORD_BYTES = 16 * 2**20
HEAD_BYTES = 4_000
BYTE_ORDER_MARK = b"\xef\xbb\xbf"

# bytes that are no UTF-8 become private characters, so that one bad byte spoils one record only
MARK = 0x10FE00
MARKED = r"[\x{10FE80}-\x{10FEFF}]"


@dataclass(frozen=True)
class Oversized:
    """A record that is longer than any may be; only its head is kept."""

    head: bytes


def whole_records(chunks: Iterable[bytes], *, is_quoted: bool) -> Iterator[bytes | Oversized]:
    """Yield blocks that end at a line break; with `is_quoted`, at one outside quotes.

    A quote that is never closed cannot hold up the stream: after RECORD_BYTES any line break
    will do.
    """
    pending = bytearray()
    line_break = b""
    stream = iter(chunks)
    for chunk in stream:
        pending += chunk
        while len(pending) >= BLOCK_BYTES:
            line_break = line_break or _line_break(pending)
            cut = _cut(pending, line_break, is_quoted=is_quoted)
            if not cut and len(pending) < RECORD_BYTES:
                break
            cut = cut or pending.rfind(line_break) + 1
            if cut:
                yield bytes(pending[:cut])
                del pending[:cut]
            else:
                yield Oversized(bytes(pending[:HEAD_BYTES]))
                pending = _after_line_break(stream, line_break)
    if pending:
        yield bytes(pending)


def _line_break(data: bytearray) -> bytes:
    return b"\n" if b"\n" in data else b"\r"


def _cut(data: bytearray, line_break: bytes, *, is_quoted: bool) -> int:
    """The end of the last whole record, or 0."""
    end = data.rfind(line_break) + 1
    quotes = data.count(b'"', 0, end) if is_quoted else 0
    for _ in range(100):
        if quotes % 2 == 0:
            return end
        earlier = data.rfind(line_break, 0, data.rfind(b'"', 0, end)) + 1
        quotes -= data.count(b'"', earlier, end)
        end = earlier
    return 0


def _after_line_break(stream: Iterator[bytes], line_break: bytes) -> bytearray:
    for chunk in stream:
        _, found, rest = chunk.partition(line_break)
        if found:
            return bytearray(rest)
    return bytearray()


def _mark(failure: UnicodeError) -> tuple[str, int]:
    if not isinstance(failure, UnicodeDecodeError):
        raise failure
    wrong = failure.object[failure.start : failure.end]
    return "".join(chr(MARK + byte) for byte in wrong), failure.end


codecs.register_error("ratelake.mark", _mark)


def as_utf8(block: bytes) -> tuple[bytes, bool]:
    """Give the block as valid UTF-8, and whether bytes had to be marked for it."""
    if block.isascii():
        return block, False
    try:
        block.decode()
    except UnicodeDecodeError:
        return block.decode("utf-8", "ratelake.mark").encode(), True
    return block, False


def unmarked(text: str) -> str:
    """Show marked bytes as `\\xe9`."""
    return "".join(
        f"\\x{ord(character) - MARK:02x}" if MARK < ord(character) < MARK + 256 else character
        for character in text
    )
