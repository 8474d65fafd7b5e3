"""What runs in the engine's Python tasks: delivered files in, the records of one feed out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.formats.decoders import DECODERS
from ingestion.formats.feeds import FEEDS, Feed
from ingestion.formats.records import Block, Reject
from ingestion.keys import Keyring, KeyringError
from ingestion.lake import Folder
from ingestion.landing.bundle import content_label
from ingestion.landing.compression import Limits, expand_whole
from ingestion.landing.envelope import Envelope, EnvelopeError, stored_envelope
from ingestion.landing.rejection import FileRejected
from ingestion.raw.byproducts import MOMENT, ByproductWriter
from ingestion.raw.tokens import Tokenizer, tokenize_counterparties

ROWS_PER_BATCH = 50_000
DAMAGED = "damaged"
INPUT_COLUMNS = [
    "bundle_no",
    "bundle_row",
    "file_name",
    "file_id",
    "format",
    "compression",
    "most_bytes",
    "first_record_id",
    "content",
    "nonce",
    "key_id",
    "wrapped_key",
    "known_at",
]

Batches = Iterator[pa.RecordBatch]


@dataclass(frozen=True)
class Decoding:
    """What `mapInArrow` calls. The keys travel in it as bytes; no plan shows them.

    `repeated` are the positions (bundle_no, bundle_row) of files that are not decoded because
    their bytes are loaded from elsewhere.
    """

    feed_name: str
    keyring: Keyring
    byproducts: Folder
    limits: Limits
    repeated: frozenset[tuple[int, int]]

    def __call__(self, batches: Batches) -> Batches:
        files = (file for batch in batches for file in _files(batch))
        first = next(files, None)
        if first is not None:
            writer = ByproductWriter(self.byproducts, first["first_record_id"])
            task = _Task(FEEDS[self.feed_name], self.keyring, self.limits, writer)
            yield from task.run(file for file in chain([first], files) if self._is_new(file))

    def _is_new(self, file: dict[str, Any]) -> bool:
        return (file["bundle_no"], file["bundle_row"]) not in self.repeated


def _files(batch: pa.RecordBatch) -> Iterator[dict[str, Any]]:
    """The rows of a batch; the content is a view on the batch, which may be large."""
    contents = batch.column("content")
    described = batch.drop_columns(["content"]).to_pylist()
    for position, file in enumerate(described):
        yield {**file, "content": memoryview(contents[position].as_buffer()).cast("B")}


@dataclass
class _Task:
    """Decodes the files of one task and collects their records into large batches."""

    feed: Feed
    keyring: Keyring
    limits: Limits
    byproducts: ByproductWriter
    _waiting: list[pa.RecordBatch] = field(default_factory=list)
    _waiting_rows: int = 0
    _envelopes: dict[bytes, Envelope] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._tokenizer = Tokenizer(self.keyring)

    def run(self, files: Iterable[dict[str, Any]]) -> Batches:
        for file in files:
            for block in self._decode(file):
                if block.records.num_rows:
                    self._waiting.append(_with_origin(block.records, file))
                    self._waiting_rows += block.records.num_rows
                if self._waiting_rows >= ROWS_PER_BATCH:
                    yield self._flush()
        if self._waiting:
            yield self._flush()
        self.byproducts.close()

    def _flush(self) -> pa.RecordBatch:
        whole = pa.concat_batches(self._waiting)
        self._waiting.clear()
        self._waiting_rows = 0
        tokenized = self._without_numbers(whole)
        self.byproducts.write("numbers", self._tokenizer.take_new())
        return tokenized

    def _without_numbers(self, records: pa.RecordBatch) -> pa.RecordBatch:
        columns = {name: records.column(name) for name in records.schema.names}
        if "subscriber" in columns:
            columns["subscriber"] = self._tokenizer.replace(columns["subscriber"])
        if "counterparty" not in columns:
            return pa.RecordBatch.from_pydict(columns)
        token, prefix = tokenize_counterparties(columns["counterparty"], self._tokenizer)
        ordered: dict[str, pa.Array] = {}
        for name, values in columns.items():
            ordered[name] = values
            if name == "counterparty":
                ordered |= {"counterparty": token, "counterparty_prefix": prefix}
        return pa.RecordBatch.from_pydict(ordered)

    def _decode(self, file: dict[str, Any]) -> Iterator[Block]:
        """Yield the blocks of one file; what became of it goes to the byproducts.

        It may expand no further than its bundle allowed it, so that its record ids are its own.
        A file whose stored content does not open is `damaged`, and the load fails by that.
        """
        decoding = DECODERS[file["format"]](self.feed)
        outcome = {"status": "loaded", "reason": None, "detail": None}
        received = rejected = 0
        try:
            most_bytes = min(self.limits.expanded_bytes, file["most_bytes"])
            limits = replace(self.limits, expanded_bytes=most_bytes)
            chunks = expand_whole(self._content(file), file["compression"], limits)
            for block in decoding.decode(chunks):
                received += block.records.num_rows + len(block.rejects)
                rejected += len(block.rejects)
                self._keep_rejects(file, block.rejects)
                yield block
        except FileRejected as refused:
            outcome = {"status": "rejected", "reason": refused.reason, "detail": refused.detail}
        except (EnvelopeError, KeyringError) as damage:
            outcome = {"status": DAMAGED, "reason": None, "detail": str(damage)}
        counts = {
            "records": received,
            "rejected_records": rejected,
            "ignored_columns": ",".join(decoding.ignored_columns) or None,
        }
        position = {name: file[name] for name in ("bundle_no", "bundle_row")}
        self.byproducts.add("outcomes", [{**position, **outcome, **counts}])

    def _content(self, file: dict[str, Any]) -> bytes:
        wrapped = file["wrapped_key"]
        if wrapped not in self._envelopes:
            self._envelopes[wrapped] = stored_envelope(self.keyring, file["key_id"], wrapped)
        label = content_label(self.feed.name, file["file_name"], file["file_id"])
        return self._envelopes[wrapped].open(file["nonce"], file["content"], label)

    def _keep_rejects(self, file: dict[str, Any], rejects: list[Reject]) -> None:
        origin = {name: file[name] for name in ("file_id", "file_name", "known_at")}
        self.byproducts.add(
            "rejects", ({**origin, "feed": self.feed.name, **vars(reject)} for reject in rejects)
        )


def _with_origin(records: pa.RecordBatch, file: dict[str, Any]) -> pa.RecordBatch:
    """Add what stands beside every record: its id, the file, and when it was known."""
    count = records.num_rows
    columns = {name: records.column(name) for name in records.schema.names if name != "record_no"}
    return pa.RecordBatch.from_pydict(
        {
            **columns,
            "record_id": pc.add(records.column("record_no"), file["first_record_id"]),
            "file_id": pa.repeat(pa.scalar(file["file_id"]), count),
            "record_no": records.column("record_no"),
            "known_at": pa.repeat(pa.scalar(file["known_at"], MOMENT), count),
        }
    )
