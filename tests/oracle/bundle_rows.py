"""A row of the bundles file as the oracle reads it."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from tests.oracle.reference_rows import Row, fraction, validity


@dataclass(frozen=True)
class Bundle:
    """A bundle; `plan_id` None is an add-on, `*` stands for any."""

    bundle_id: str
    plan_id: str | None
    service: str
    direction: str
    destination_zone: str
    roaming_zone: str
    band: str
    units: Fraction
    block: Fraction | None
    scope: str
    priority: int | None
    rollover_cycles: int
    waives_fee: bool
    valid_from: datetime
    valid_to: datetime

    @property
    def wildcards(self) -> int:
        places = (self.roaming_zone, self.destination_zone)
        return (self.service, self.direction, *places, self.band).count("*")


def read_bundle(row: Row) -> Bundle:
    """A row of the bundles file, with its defaults."""
    valid_from, valid_to = validity(row)
    return Bundle(
        bundle_id=row["bundle_id"],
        plan_id=row.get("plan_id") or None,
        service=row["service"],
        direction=row.get("direction") or "*",
        destination_zone=row.get("destination_zone") or "*",
        roaming_zone=row.get("roaming_zone") or "*",
        band=row.get("band") or "*",
        units=Fraction(row["units"]),
        block=fraction(row, "block"),
        scope=row.get("scope") or "own",
        priority=int(row["priority"]) if row.get("priority") else None,
        rollover_cycles=int(row.get("rollover_cycles") or 0),
        waives_fee=row.get("fee_mode") == "waive",
        valid_from=valid_from,
        valid_to=valid_to,
    )
