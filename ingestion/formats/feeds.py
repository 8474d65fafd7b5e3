"""The four feeds of the contract: their columns, in order, and what each may hold."""

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.formats.checks import (
    Amount,
    Check,
    Moment,
    Number,
    OneOf,
    Pattern,
    Text,
    TimeZone,
    Whole,
    wrong_where_not,
)
from ingestion.formats.words import CURRENCY, NUMBER, Word

CALLS = ("voice", "sms")
TEXT = Text()
QUANTITY = Amount(15)
MONEY = Amount(12)
CODE = Pattern(CURRENCY, "bad_currency")
NETWORK = Pattern(Word("[0-9]{3,6}", "3 to 6 digits (MCC, MNC)"), "bad_network")


@dataclass(frozen=True)
class Column:
    """One column of a feed; `is_number` means subscriber numbers: never shown, always tokens."""

    name: str
    check: Check = TEXT
    is_required: bool = False
    is_number: bool = False


@dataclass(frozen=True)
class Feed:
    """One feed of the contract and the raw table that its records go to."""

    name: str
    table: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    @property
    def required(self) -> list[str]:
        return [column.name for column in self.columns if column.is_required]

    @property
    def schema(self) -> pa.Schema:
        """The typed records of a decoder: the feed's columns, then record_no."""
        fields = [pa.field(column.name, column.check.type) for column in self.columns]
        return pa.schema([*fields, pa.field("record_no", pa.int64())])


USAGE = Feed(
    "usage",
    "raw.usage",
    (
        Column("event_id", is_required=True),
        Column("service", is_required=True),
        Column("direction", OneOf(("out", "in"), "bad_direction")),
        Column("subscriber", Number(), is_required=True, is_number=True),
        Column("counterparty", is_number=True),
        Column("started_at", Moment(), is_required=True),
        Column("quantity", QUANTITY, is_required=True),
        Column("serving_network", NETWORK),
        Column("session_id"),
        Column("partial_no", Whole(0, 999_999_999, "bad_partial_no")),
        Column("kind", OneOf(("original", "replace", "cancel"), "bad_kind")),
        Column("target_event_id"),
    ),
)

ACCOUNT = Feed(
    "account",
    "raw.accounts",
    (
        Column("account_id", is_required=True),
        Column("parent_account_id"),
        Column("name"),
        Column("currency", CODE, is_required=True),
        Column("time_zone", TimeZone(), is_required=True),
        Column("bill_day", Whole(1, 28, "bad_bill_day")),
        Column("tax_profile"),
        Column("credit_limit", MONEY),
        Column("effective_at", Moment(), is_required=True),
    ),
)

ACTIONS = (
    "activate",
    "change_plan",
    "suspend",
    "resume",
    "terminate",
    "add_bundle",
    "remove_bundle",
)

ACTION = Feed(
    "action",
    "raw.actions",
    (
        Column("action_id", is_required=True),
        Column("effective_at", Moment(), is_required=True),
        Column("action", OneOf(ACTIONS, "bad_action"), is_required=True),
        Column("subscription_id", is_required=True),
        Column("account_id"),
        Column("subscriber", Number(), is_number=True),
        Column("plan_id"),
        Column("bundle_id"),
        Column("quantity", QUANTITY),
        Column("expires_at", Moment()),
    ),
)

PAYMENT_KINDS = ("payment", "refund", "chargeback", "credit", "debit")

PAYMENT = Feed(
    "payment",
    "raw.payments",
    (
        Column("payment_id", is_required=True),
        Column("account_id", is_required=True),
        Column("kind", OneOf(PAYMENT_KINDS, "bad_kind"), is_required=True),
        Column("amount", Amount(12, is_positive=True), is_required=True),
        Column("currency", CODE, is_required=True),
        Column("received_at", Moment(), is_required=True),
        Column("method"),
        Column("reference"),
    ),
)

FEEDS = {feed.name: feed for feed in (USAGE, ACCOUNT, ACTION, PAYMENT)}

COUNTERPARTY_ALLOWED = f"{NUMBER.allowed}, for an outgoing call or message"
SENDER_ALLOWED = "1 to 15 digits, or a name with letters, for an incoming call or message"


def wrong_counterparties(columns: Mapping[str, pa.Array]) -> pa.Array | None:
    """Which counterparties (already without + and 00) do not fit the service and direction.

    A call or message goes out to a number; one that comes in may come from a name, but a number in
    another spelling is refused, because it would stay readable. Other services: any text.
    """
    counterparty = columns["counterparty"]
    is_number = pc.match_substring_regex(counterparty, NUMBER.anchored)
    if pc.all(is_number).as_py() is not False:
        return None
    is_call = pc.is_in(columns["service"], pa.array(CALLS))
    comes_in = pc.fill_null(pc.equal(columns["direction"], "in"), False)
    has_letters = pc.match_substring_regex(counterparty, r"\pL")
    is_right = pc.or_(is_number, pc.or_(pc.invert(is_call), pc.and_(comes_in, has_letters)))
    return wrong_where_not(is_right)
