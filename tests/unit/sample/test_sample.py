"""The generator is deterministic, writes file by file, and refuses impossible sizes."""

import tracemalloc
from pathlib import Path

import pytest

from sample import InboxNotEmpty, InvalidSize, generate, usage


def bytes_below(home: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(home)): path.read_bytes()
        for path in sorted(home.rglob("*"))
        if path.is_file()
    }


def test_same_seed_writes_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    for home, seed in (("a", 7), ("b", 7), ("c", 8)):
        generate(tmp_path / home, subscribers=60, events=1_500, seed=seed)
    first, again, other = (bytes_below(tmp_path / home) for home in "abc")
    assert first == again
    assert first.keys() == other.keys()
    same = {name for name in first if first[name] == other[name]}
    assert same == {
        "inbox/usage/usage_header_only.csv",
        "inbox/usage/usage_empty.csv",
        "inbox/usage/usage_missing_column.csv",
        "inbox/usage/usage_plain_text.csv.gz",
    }


def test_all_kinds_of_file_are_there(tmp_path: Path) -> None:
    generate(tmp_path, subscribers=60, events=1_500, seed=7)
    usage = {path.name for path in (tmp_path / "inbox" / "usage").iterdir()}
    assert {"".join(Path(name).suffixes) for name in usage} == {
        ".csv",
        ".csv.gz",
        ".csv.zst",
        ".jsonl",
    }
    assert {path.name for path in (tmp_path / "inbox").iterdir()} == {
        "account",
        "action",
        "payment",
        "usage",
    }
    assert not list(tmp_path.rglob("*.tmp"))


@pytest.mark.parametrize("events", [1, 3, 60])
def test_the_smallest_operators_can_be_made(tmp_path: Path, events: int) -> None:
    manifest = generate(tmp_path, subscribers=1, events=events, seed=1)
    assert manifest["expected"]["records"] == events


def test_memory_does_not_grow_with_the_events(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sixteen files hardly need more than four: never more than one file is in memory."""
    monkeypatch.setattr(usage, "RECORDS_PER_FILE", 1_000)
    peaks = []
    for files in (4, 16):
        tracemalloc.start()
        generate(tmp_path / str(files), subscribers=200, events=files * 1_000, seed=1)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.3


def test_progress_counts_up_to_its_total(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    generate(
        tmp_path,
        subscribers=20,
        events=500,
        seed=1,
        on_progress=lambda done, total: seen.append((done, total)),
    )
    totals = {total for _, total in seen}
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert len(totals) == 1 and seen[-1][0] == seen[-1][1]


@pytest.mark.parametrize(("subscribers", "events"), [(0, 10), (10, 0), (20_000_001, 1)])
def test_impossible_sizes_are_refused_with_what_is_allowed(
    tmp_path: Path, subscribers: int, events: int
) -> None:
    with pytest.raises(InvalidSize, match="allowed: 1 to"):
        generate(tmp_path, subscribers=subscribers, events=events, seed=1)


def test_an_inbox_with_files_is_left_alone(tmp_path: Path) -> None:
    mine = tmp_path / "inbox" / "usage" / "mine.csv"
    mine.parent.mkdir(parents=True)
    mine.write_text("event_id\n")
    with pytest.raises(InboxNotEmpty, match=r"usage/mine\.csv"):
        generate(tmp_path, subscribers=10, events=10, seed=1)
    assert bytes_below(tmp_path) == {"inbox/usage/mine.csv": b"event_id\n"}
