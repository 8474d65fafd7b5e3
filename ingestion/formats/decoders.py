"""The decoder of each format: bytes of a file in, typed records and rejected records out."""

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from ingestion.formats.csv import CsvDecoder
from ingestion.formats.feeds import Feed
from ingestion.formats.jsonl import JsonlDecoder
from ingestion.formats.records import Block


class Decoder(Protocol):
    """Decodes one file. `ignored_columns` is complete when `decode` is exhausted."""

    @property
    def ignored_columns(self) -> list[str]: ...

    def decode(self, chunks: Iterable[bytes]) -> Iterator[Block]: ...


DECODERS: dict[str, Callable[[Feed], Decoder]] = {"csv": CsvDecoder, "jsonl": JsonlDecoder}
