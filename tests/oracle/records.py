"""Feed rows as the rules see them: normalised, with the knowledge that orders them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from fractions import Fraction


@dataclass(frozen=True, order=True)
class Knowledge:
    """When and where a row became known. Rows are ordered by exactly this."""

    known_at: datetime
    file_id: str
    record_no: int


@dataclass(frozen=True)
class Delivered:
    """One row of a feed as text, an absent or empty field being null."""

    feed: str
    row: Mapping[str, str]
    knowledge: Knowledge


@dataclass(frozen=True)
class Usage:
    """One usage record. `quantity` in the service's units, negative for a refund."""

    knowledge: Knowledge
    event_id: str
    service: str
    direction: str
    subscriber: str
    counterparty: str | None
    started_at: datetime
    quantity: Fraction
    serving_network: str | None
    session_id: str | None
    partial_no: int | None
    kind: str
    target_event_id: str | None

    @property
    def content(self) -> tuple[object, ...]:
        """All feed columns but the key; where a row stood in which file is not content."""
        names = (field.name for field in fields(self))
        return tuple(getattr(self, name) for name in names if name not in ("knowledge", "event_id"))


@dataclass(frozen=True)
class Account:
    knowledge: Knowledge
    account_id: str
    currency: str
    time_zone: str
    bill_day: int
    effective_at: datetime
    tax_profile: str | None = None
    parent_account_id: str | None = None
    name: str | None = None
    credit_limit: Fraction | None = None


@dataclass(frozen=True)
class Action:
    knowledge: Knowledge
    action_id: str
    effective_at: datetime
    action: str
    subscription_id: str
    account_id: str | None
    subscriber: str | None
    plan_id: str | None
    bundle_id: str | None
    quantity: Fraction
    expires_at: datetime | None


def usages(deliveries: Iterable[Delivered]) -> list[Usage]:
    return [
        Usage(
            knowledge=item.knowledge,
            event_id=item.row["event_id"],
            service=item.row["service"],
            direction=text(item, "direction") or "out",
            subscriber=digits(item.row["subscriber"]),
            counterparty=optional_digits(text(item, "counterparty")),
            started_at=moment(item.row["started_at"]),
            quantity=Fraction(item.row["quantity"]),
            serving_network=text(item, "serving_network"),
            session_id=text(item, "session_id"),
            partial_no=int(item.row["partial_no"]) if text(item, "partial_no") else None,
            kind=text(item, "kind") or "original",
            target_event_id=text(item, "target_event_id"),
        )
        for item in deliveries
        if item.feed == "usage"
    ]


def accounts(deliveries: Iterable[Delivered]) -> list[Account]:
    return [
        Account(
            knowledge=item.knowledge,
            account_id=item.row["account_id"],
            currency=item.row["currency"],
            time_zone=item.row["time_zone"],
            bill_day=int(text(item, "bill_day") or 1),
            effective_at=moment(item.row["effective_at"]),
            tax_profile=text(item, "tax_profile"),
            parent_account_id=text(item, "parent_account_id"),
            name=text(item, "name"),
            credit_limit=Fraction(limit) if (limit := text(item, "credit_limit")) else None,
        )
        for item in deliveries
        if item.feed == "account"
    ]


def actions(deliveries: Iterable[Delivered]) -> list[Action]:
    return [
        Action(
            knowledge=item.knowledge,
            action_id=item.row["action_id"],
            effective_at=moment(item.row["effective_at"]),
            action=item.row["action"],
            subscription_id=item.row["subscription_id"],
            account_id=text(item, "account_id"),
            subscriber=optional_digits(text(item, "subscriber")),
            plan_id=text(item, "plan_id"),
            bundle_id=text(item, "bundle_id"),
            quantity=Fraction(text(item, "quantity") or 1),
            expires_at=moment(expiry) if (expiry := text(item, "expires_at")) else None,
        )
        for item in deliveries
        if item.feed == "action"
    ]


def text(item: Delivered, column: str) -> str | None:
    return item.row.get(column) or None


def moment(value: str) -> datetime:
    return datetime.fromisoformat(value).astimezone(UTC)


def optional_digits(value: str | None) -> str | None:
    return None if value is None else digits(value)


def digits(value: str) -> str:
    """A number without its leading + or 00; anything that is no number stays as it is."""
    bare = value.removeprefix("+")
    if bare == value and value.startswith("00"):
        bare = value[2:]
    return bare if bare.isdigit() else value
