import gzip
import os

import pytest
import zstandard

from ingestion.landing import compression as compressing
from ingestion.landing.compression import Limits, expand, expand_whole
from ingestion.landing.rejection import FileRejected

LIMITS = Limits(expanded_bytes=2**32, ratio=200)
TEXT = os.urandom(50_000).hex().encode()
COMPRESS = {"gz": gzip.compress, "zst": zstandard.compress}


def expanded(content: bytes, compression: str, limits: Limits = LIMITS) -> bytes:
    return b"".join(expand(content, compression, limits))


def reason(content: bytes, compression: str, limits: Limits = LIMITS) -> str:
    with pytest.raises(FileRejected) as refused:
        expanded(content, compression, limits)
    return refused.value.reason


def test_plain_content_comes_back_as_it_is() -> None:
    assert expanded(TEXT, "none") == TEXT


@pytest.mark.parametrize("kind", COMPRESS)
def test_members_that_follow_each_other_are_one_content(kind: str) -> None:
    member = COMPRESS[kind](TEXT)
    assert expanded(member, kind) == TEXT
    assert expanded(member + member, kind) == TEXT + TEXT
    assert expanded(member + b"\0" * 100, kind) == TEXT


@pytest.mark.parametrize("kind", COMPRESS)
@pytest.mark.parametrize("cut", [1, 4, 9, 10_000])
def test_a_stream_that_is_cut_anywhere_is_truncated(kind: str, cut: int) -> None:
    assert reason(COMPRESS[kind](TEXT)[:-cut], kind) == f"truncated_{kind}"


@pytest.mark.parametrize("kind", COMPRESS)
def test_other_bytes_after_the_end_are_damage(kind: str) -> None:
    assert reason(COMPRESS[kind](TEXT) + b"more", kind) == f"corrupt_{kind}"


def test_changed_bytes_are_damage() -> None:
    content = bytearray(gzip.compress(TEXT))
    content[5_000] ^= 0xFF
    assert reason(bytes(content), "gz") == "corrupt_gz"


@pytest.mark.parametrize("kind", COMPRESS)
def test_plain_text_under_a_compressed_name_says_so(kind: str) -> None:
    with pytest.raises(FileRejected) as refused:
        expanded(b"event_id,service\n", kind)
    assert refused.value.reason == f"not_{kind}"
    assert f"the name ends in .{kind}, but the content begins with text" in refused.value.detail


@pytest.mark.parametrize("kind", COMPRESS)
def test_compressed_content_under_a_plain_name_says_so(kind: str) -> None:
    assert reason(COMPRESS[kind](TEXT), "none") == "unexpected_compression"


@pytest.mark.parametrize("kind", ["none", "gz", "zst"])
def test_no_bytes_at_all_are_an_empty_file(kind: str) -> None:
    assert reason(b"", kind) == "empty_file"


@pytest.mark.parametrize("kind", COMPRESS)
def test_a_bomb_stops_early_with_the_ratio_that_is_allowed(kind: str) -> None:
    bomb = COMPRESS[kind](bytes(300 * 2**20))
    got = 0
    with pytest.raises(FileRejected) as refused:
        for block in expand(bomb, kind, LIMITS):
            got += len(block)
    assert refused.value.reason == "expands_too_far"
    assert "allowed: 200 times the bytes delivered" in refused.value.detail
    assert got < 100 * 2**20


def test_more_bytes_than_allowed_are_refused_whatever_the_ratio() -> None:
    limits = Limits(expanded_bytes=60_000, ratio=200)
    assert reason(gzip.compress(TEXT), "gz", limits) == "expands_too_far"
    assert reason(TEXT, "none", limits) == "expands_too_far"


@pytest.mark.parametrize("kind", COMPRESS)
@pytest.mark.parametrize("kept", [0, 40_000, 2**26])
def test_no_block_is_given_before_the_end_is_reached(
    monkeypatch: pytest.MonkeyPatch, kind: str, kept: int
) -> None:
    monkeypatch.setattr(compressing, "KEPT_BYTES", kept)
    content = COMPRESS[kind](TEXT)
    assert b"".join(expand_whole(content, kind, LIMITS)) == TEXT
    with pytest.raises(FileRejected):
        next(expand_whole(content[:-1], kind, LIMITS))


def test_plain_content_beyond_the_limit_is_refused_before_its_first_block() -> None:
    with pytest.raises(FileRejected):
        next(expand_whole(TEXT, "none", Limits(expanded_bytes=60_000, ratio=200)))


def test_a_small_file_of_one_repeated_line_is_no_bomb() -> None:
    lines = b"a,b,c\n" * 100_000
    assert expanded(gzip.compress(lines), "gz") == lines
