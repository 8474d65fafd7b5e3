"""Every reference file of the contract: its columns, key and what its ids refer to.

The Spark tables are made from this description, and `validate` holds a folder against it.
"""

from decimal import Decimal

from ingestion.reference.schema import Column, Link, ReferenceFile
from ingestion.reference.times import ANY, Day, Days, Instant, LocalTime
from ingestion.reference.types import (
    Boolean,
    Currency,
    Identifier,
    Integer,
    Network,
    Number,
    Prefix,
    Text,
    Words,
)


def _id(name: str) -> Column:
    return Column(name, Identifier(), required=True)


def _any(name: str) -> Column:
    return Column(name, Identifier(any_allowed=True), default=ANY)


def _word(name: str, *words: str, default: str | None = None) -> Column:
    return Column(name, Words(words), default=default)


MONEY = Number()
# as usage quantities: 6 decimals, below 10^12
UNITS = Number(decimals=6)
SOME_UNITS = Number(above=True, decimals=6)
PERCENT = Number(most=Decimal(100))
PLAN_ID = Column("plan_id", Identifier(any_allowed=True), required=True)
SERVICE = Column("service", Identifier(any_allowed=True), required=True)
DIRECTION = _word("direction", "out", "in", ANY, default=ANY)
PRIORITY = Column("priority", Integer())
TAX_CODE = Column("tax_code", Identifier(any_allowed=True))
NAME = Column("name", Text())
VALIDITY = (Column("valid_from", Instant()), Column("valid_to", Instant()))
ZONES_AND_BAND = (
    Link("destination_zone", "destinations", "zone", (ANY,)),
    Link("roaming_zone", "roaming_networks", "zone", (ANY, "home")),
    Link("band", "time_bands", "band", (ANY,)),
)
IN_PLANS = Link("plan_id", "plans", "plan_id", (ANY,))
IN_CALENDARS = Link("calendar_id", "time_bands", "calendar_id")

_FILES = (
    ReferenceFile(
        "services",
        (
            _id("service"),
            _word("unit", "second", "byte", "message", "unit"),
            Column("is_timed", Boolean()),
        ),
        key=("service",),
    ),
    ReferenceFile(
        "plans",
        (
            _id("plan_id"),
            NAME,
            Column("currency", Currency()),
            Column("recurring_fee", MONEY, default="0"),
            Column("prorate", Boolean(), default="false"),
            TAX_CODE,
            *VALIDITY,
        ),
        key=("plan_id",),
    ),
    ReferenceFile(
        "tariffs",
        (
            _id("tariff_id"),
            PLAN_ID,
            SERVICE,
            DIRECTION,
            _any("roaming_zone"),
            _any("destination_zone"),
            _any("band"),
            Column("connection_fee", MONEY, default="0"),
            Column("min_charge", MONEY),
            Column("max_charge", MONEY),
            _word("tier_scope", "event", "period", default="event"),
            _word("tier_mode", "graduated", "volume", default="graduated"),
            _word("beyond_last_step", "last_price", "free", "suspend", default="suspend"),
            Column("rounding_scale", Integer(0, 10)),
            _word("rounding_mode", "half_up", "half_even", "up", "down", default="half_up"),
            TAX_CODE,
            PRIORITY,
            *VALIDITY,
        ),
        key=("tariff_id",),
        links=(IN_PLANS, *ZONES_AND_BAND),
    ),
    ReferenceFile(
        "tariff_steps",
        (
            _id("tariff_id"),
            Column("step_no", Integer(0), required=True),
            Column("from_units", UNITS, default="0"),
            Column("to_units", SOME_UNITS),
            Column("price", MONEY, required=True),
            Column("unit_size", Number(above=True), default="1"),
            Column("increment", SOME_UNITS),
            Column("flat_fee", MONEY, default="0"),
        ),
        key=("tariff_id", "step_no"),
        links=(Link("tariff_id", "tariffs", "tariff_id"),),
    ),
    ReferenceFile(
        "destinations",
        (Column("prefix", Prefix(), default=ANY), _id("zone"), *VALIDITY),
        key=("prefix", "zone"),
    ),
    ReferenceFile(
        "roaming_networks",
        (Column("network", Network(), required=True), _id("zone")),
        key=("network",),
    ),
    ReferenceFile(
        "time_bands",
        (
            _id("calendar_id"),
            _id("band"),
            Column("days", Days(), required=True),
            Column("from_time", LocalTime(), required=True),
            Column("to_time", LocalTime(end_allowed=True), required=True),
            PRIORITY,
        ),
        key=("calendar_id", "band", "days", "from_time", "to_time"),
    ),
    ReferenceFile(
        "holidays",
        (_id("calendar_id"), Column("date", Day(), required=True), NAME),
        key=("calendar_id", "date"),
        links=(IN_CALENDARS,),
    ),
    ReferenceFile(
        "plan_calendars",
        (PLAN_ID, _id("calendar_id")),
        key=("plan_id",),
        links=(IN_PLANS, IN_CALENDARS),
    ),
    ReferenceFile(
        "bundles",
        (
            _id("bundle_id"),
            Column("plan_id", Identifier(any_allowed=True)),
            SERVICE,
            DIRECTION,
            _any("destination_zone"),
            _any("roaming_zone"),
            _any("band"),
            Column("units", SOME_UNITS, required=True),
            Column("block", SOME_UNITS),
            _word("scope", "own", "shared", "pooled", default="own"),
            PRIORITY,
            Column("rollover_cycles", Integer(0, 1200), default="0"),
            _word("fee_mode", "charge", "waive", default="charge"),
            Column("price", MONEY, default="0"),
            TAX_CODE,
            *VALIDITY,
        ),
        key=("bundle_id",),
        links=(IN_PLANS, *ZONES_AND_BAND),
    ),
    ReferenceFile(
        "discounts",
        (
            _id("discount_id"),
            Column("plan_id", Identifier(any_allowed=True)),
            Column("account_id", Identifier(any_allowed=True)),
            Column("on", Words(("usage", "recurring", "total")), required=True),
            Column("percent", PERCENT),
            Column("amount", MONEY),
            *VALIDITY,
        ),
        key=("discount_id",),
        links=(IN_PLANS,),
    ),
    ReferenceFile(
        "taxes",
        (
            Column("tax_profile", Identifier(any_allowed=True), required=True),
            Column("tax_code", Identifier(any_allowed=True), required=True),
            Column("rate_percent", PERCENT, required=True),
            _word("basis", "net", "gross", default="net"),
            *VALIDITY,
        ),
        key=("tax_profile", "tax_code"),
    ),
    ReferenceFile(
        "currencies",
        (
            Column("currency", Currency(), required=True),
            Column("minor_digits", Integer(0, 6), default="2"),
        ),
        key=("currency",),
    ),
    ReferenceFile(
        "exchange_rates",
        (
            Column("from_currency", Currency(), required=True),
            Column("to_currency", Currency(), required=True),
            Column("rate", Number(above=True), required=True),
            *VALIDITY,
        ),
        key=("from_currency", "to_currency"),
    ),
)

FILES: dict[str, ReferenceFile] = {file.name: file for file in _FILES}
