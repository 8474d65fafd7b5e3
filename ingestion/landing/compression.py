"""Bounded decompression: a stream of expanded blocks that stops at a bomb, a cut or damage."""

import zlib
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Any

import zstandard

from ingestion.landing.rejection import FileRejected
from ingestion.settings import Settings

MAGIC = {"gz": b"\x1f\x8b", "zst": b"\x28\xb5\x2f\xfd"}
# compressed bytes per step, so that one step of the worst bomb stays under 64 MiB
STEP = {"gz": 2**15, "zst": 2**11}
# of a compressed file so much is kept expanded while the rest of it is tried
KEPT_BYTES = 2**26
# a file that expands to less than this is no bomb, whatever its ratio
HARMLESS = 2**20
SLICE = 2**20
# 128 MiB, the most that zstd's default levels and --long use
MAX_WINDOW = 2**27
# what a file may hold is bounded whatever is set, so that a bundle has ids for its records
MOST_BYTES = 2**34


@dataclass(frozen=True)
class Limits:
    """How far a file may expand: bytes in all, and bytes per compressed byte."""

    expanded_bytes: int
    ratio: int

    def most_bytes(self, delivered: int, compression: str) -> int:
        """The most bytes that a file of `delivered` bytes may expand to."""
        if compression == "none":
            return delivered
        return min(self.expanded_bytes, max(HARMLESS, delivered * self.ratio))


def limits(settings: Settings) -> Limits:
    return Limits(min(settings.max_expanded_bytes, MOST_BYTES), settings.max_expansion_ratio)


def expand_whole(content: bytes, compression: str, limits: Limits) -> Iterator[bytes]:
    """Yield the expanded content in blocks, none before it is known to expand to its end.

    What expands beyond KEPT_BYTES is expanded once to try it and once to be read, so that memory
    stays bounded; nearly every file is kept and expanded once. Raises what `expand` raises.
    """
    if compression == "none":
        yield from expand(content, compression, limits)
        return
    kept: list[bytes] = []
    size = 0
    for block in expand(content, compression, limits):
        size += len(block)
        if size <= KEPT_BYTES:
            kept.append(block)
        else:
            kept.clear()
    yield from kept or expand(content, compression, limits)


def expand(content: bytes, compression: str, limits: Limits) -> Iterator[bytes]:
    """Yield the expanded content in blocks; `compression` is none, gz or zst.

    Raises FileRejected when the content is not what its name says, is cut short, is damaged, or
    expands beyond the limits. Members (gz) and frames (zst) may follow each other.
    """
    check_magic(content, compression)
    if compression == "none":
        _check_limits(len(content), len(content), limits)
        yield from _slices(content)
        return
    total = 0
    for block in _members(content, compression):
        total += len(block)
        _check_limits(len(content), total, limits)
        yield block


def _slices(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), SLICE):
        yield content[start : start + SLICE]


def check_magic(content: bytes, compression: str) -> None:
    """The first bytes must be those of the compression that the name says."""
    if not content:
        raise FileRejected("empty_file", "the file has 0 bytes; allowed: at least a header")
    if compression != "none" and not content.startswith(MAGIC[compression]):
        looks = "text" if _is_text(content[:512]) else f"the bytes {content[:4].hex(' ')}"
        raise FileRejected(
            f"not_{compression}",
            f"the name ends in .{compression}, but the content begins with {looks}; "
            f"allowed: {MAGIC[compression].hex(' ')}, as every {compression} stream does",
        )
    for kind, magic in MAGIC.items():
        if compression == "none" and content.startswith(magic):
            raise FileRejected(
                "unexpected_compression",
                f"the content is compressed with {kind}, but the name does not end in .{kind}",
            )


def _is_text(start: bytes) -> bool:
    return all(byte >= 32 or byte in b"\t\r\n" for byte in start)


def _check_limits(delivered: int, expanded: int, limits: Limits) -> None:
    if expanded > HARMLESS and expanded > delivered * limits.ratio:
        allowed = f"{limits.ratio} times the bytes delivered"
    elif expanded > limits.expanded_bytes:
        allowed = f"{limits.expanded_bytes:,} bytes"
    else:
        return
    raise FileRejected(
        "expands_too_far",
        f"{delivered:,} bytes expand to {expanded:,} and more; allowed: {allowed}",
    )


_OPEN: dict[str, Callable[[], Any]] = {
    "gz": lambda: zlib.decompressobj(wbits=31),
    "zst": lambda: zstandard.ZstdDecompressor(max_window_size=MAX_WINDOW).decompressobj(),
}


def _members(content: bytes, kind: str) -> Iterator[bytes]:
    """Expand one member or frame after the other; zero bytes at the end are padding."""
    view = memoryview(content)
    start = 0
    while start < len(view):
        if start and bytes(view[start : start + 4])[: len(MAGIC[kind])] != MAGIC[kind]:
            if any(view[start:]):
                raise FileRejected(
                    f"corrupt_{kind}",
                    f"after the end of the {kind} stream at byte {start:,} follow "
                    f"{len(view) - start:,} other bytes; allowed: another stream, or zeros",
                )
            return
        start = yield from _member(view, start, kind)


def _member(view: memoryview, start: int, kind: str) -> Generator[bytes, None, int]:
    """Expand the member that begins at `start`; give the position after its end."""
    stream = _OPEN[kind]()
    position = start
    while not stream.eof:
        step = view[position : position + STEP[kind]]
        if not step:
            raise FileRejected(
                f"truncated_{kind}",
                f"the {kind} stream is cut: its end mark is missing after {len(view):,} bytes",
            )
        position += len(step)
        try:
            block = stream.decompress(step)
        except (zlib.error, zstandard.ZstdError) as failure:
            raise FileRejected(
                f"corrupt_{kind}",
                f"the {kind} stream is damaged before byte {position:,}: {failure}",
            ) from None
        if block:
            yield block
    return position - len(stream.unused_data)
