"""Rule 8: what one holder has of a bundle, and whether a bundle is for a usage."""

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from math import ceil

from tests.oracle.bundle_rows import Bundle

SCOPES = ("own", "shared", "pooled")
LAST = 10**9


@dataclass
class Instance:
    """What one holder has of a bundle, and what is left of it."""

    instance_id: str
    bundle: Bundle
    expires_at: datetime
    left: Fraction

    @property
    def rank(self) -> tuple[int, int, int, datetime, str]:
        bundle = self.bundle
        return (
            LAST if bundle.priority is None else bundle.priority,
            SCOPES.index(bundle.scope),
            bundle.wildcards,
            self.expires_at,
            self.instance_id,
        )

    def demand(self, units: Fraction) -> Fraction:
        """Units rounded up to the bundle's blocks."""
        block = self.bundle.block
        return units if block is None else ceil(units / block) * block


@dataclass(frozen=True)
class Event:
    """What decides whether an event may use a bundle."""

    subscription_id: str
    account_id: str
    plan_id: str | None
    service: str
    direction: str
    roaming_zone: str
    destination_zone: str | None
    started_at: datetime
    cycle_start: date


def fits(bundle: Bundle, event: Event) -> bool:
    """Whether a bundle is for such usage, apart from its band."""
    return (
        bundle.service in ("*", event.service)
        and bundle.direction in ("*", event.direction)
        and bundle.roaming_zone in ("*", event.roaming_zone)
        and bundle.destination_zone in ("*", event.destination_zone)
    )
