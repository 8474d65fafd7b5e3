"""What runs in Spark's Python workers: delivered files in, the records of one feed out."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from ingestion.formats.decoders import DECODERS
from ingestion.formats.feeds import FEEDS, Feed
from ingestion.formats.records import Block, Reject
from ingestion.keys import Keyring
from ingestion.landing.bundle import content_label
from ingestion.landing.compression import Limits, expand
from ingestion.landing.envelope import Envelope, stored_envelope
from ingestion.landing.rejection import FileRejected
from ingestion.raw.byproducts import MOMENT, ByproductWriter
from ingestion.raw.tokens import Tokenizer, tokenize_counterparties

ROWS_PER_BATCH = 50_000
INPUT_COLUMNS = [
    "bundle", "bundle_row", "file_name", "file_id", "format", "compression", "content", "nonce",
    "key_id", "wrapped_key", "known_at", "run_id",
]  # fmt: skip

Batches = Iterator[pa.RecordBatch]


def decoder(
    feed_name: str, keyring: Keyring, byproducts: str, limits: Limits
) -> Callable[[Batches], Batches]:
    """The function for `mapInArrow`. The keys travel in its closure, never in the query plan."""

    def decode(batches: Batches) -> Batches:
        from pyspark import TaskContext

        context = TaskContext.get()
        writer = ByproductWriter(byproducts, context.partitionId() if context else 0)
        task = _Task(FEEDS[feed_name], keyring, limits, writer)
        yield from task.run(file for batch in batches for file in _files(batch))

    return decode


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
        new = self._tokenizer.take_new()
        new["run_id"] = [whole.column("run_id")[0].as_py()] * len(new["token"])
        self.byproducts.write("numbers", new)
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
        """Yield the blocks of one file; what became of it goes to the byproducts."""
        decoding = DECODERS[file["format"]](self.feed)
        outcome = {"status": "loaded", "reason": None, "detail": None}
        received = rejected = 0
        try:
            chunks = expand(self._content(file), file["compression"], self.limits)
            for block in decoding.decode(chunks):
                received += block.records.num_rows + len(block.rejects)
                rejected += len(block.rejects)
                self._keep_rejects(file, block.rejects)
                yield block
        except FileRejected as refused:
            outcome = {"status": "rejected", "reason": refused.reason, "detail": refused.detail}
        self.byproducts.add("outcomes", [{
            "bundle": file["bundle"],
            "bundle_row": file["bundle_row"],
            **outcome,
            "records": received,
            "rejected_records": rejected,
            "ignored_columns": ",".join(decoding.ignored_columns) or None,
        }])  # fmt: skip

    def _content(self, file: dict[str, Any]) -> bytes:
        wrapped = file["wrapped_key"]
        if wrapped not in self._envelopes:
            self._envelopes[wrapped] = stored_envelope(self.keyring, file["key_id"], wrapped)
        label = content_label(self.feed.name, file["file_name"], file["file_id"])
        return self._envelopes[wrapped].open(file["nonce"], file["content"], label)

    def _keep_rejects(self, file: dict[str, Any], rejects: list[Reject]) -> None:
        origin = {name: file[name] for name in ("file_id", "file_name", "known_at", "run_id")}
        self.byproducts.add(
            "rejects", ({**origin, "feed": self.feed.name, **vars(reject)} for reject in rejects)
        )


def _with_origin(records: pa.RecordBatch, file: dict[str, Any]) -> pa.RecordBatch:
    """Add what stands beside every record: the file, when it was known and in which run."""
    count = records.num_rows
    columns = {name: records.column(name) for name in records.schema.names if name != "record_no"}
    return pa.RecordBatch.from_pydict(
        {
            **columns,
            "file_id": pa.repeat(pa.scalar(file["file_id"]), count),
            "record_no": records.column("record_no"),
            "known_at": pa.repeat(pa.scalar(file["known_at"], MOMENT), count),
            "run_id": pa.repeat(pa.scalar(file["run_id"], pa.int64()), count),
        }
    )
