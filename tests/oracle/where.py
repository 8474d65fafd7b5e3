"""Rule 5: the roaming zone of the serving network and the destination zone of the other number."""

from collections.abc import Set
from datetime import datetime

from tests.oracle.reference import Reference
from tests.oracle.reference_rows import is_valid

HIDDEN_DIGITS = 4
KEPT_DIGITS = 9
KEPT_TEXT = 64


def roaming_zone(reference: Reference, serving_network: str | None) -> str | None:
    """`home` without a network; else the zone of the network or of its country; None if unknown."""
    if serving_network is None:
        return "home"
    networks = reference.networks
    return networks.get(serving_network) or networks.get(serving_network[:3])


def kept_prefix(counterparty: str) -> str:
    """What rating may see: leading digits of a number, nothing of a short code; names whole.

    Where nothing is kept only the prefix of no digits (`*`) fits.
    """
    if not counterparty.isdigit():
        return counterparty[:KEPT_TEXT]
    return counterparty[: max(0, min(KEPT_DIGITS, len(counterparty) - HIDDEN_DIGITS))]


def named_zones(reference: Reference, plan_id: str, service: str, at: datetime) -> set[str]:
    """The destination zones that a plan prices for a service at a moment."""
    return {
        tariff.destination_zone
        for tariff in reference.tariffs_for(plan_id, service)
        if is_valid((tariff.valid_from, tariff.valid_to), at) and tariff.destination_zone != "*"
    }


def destination_zone(
    reference: Reference, named: Set[str], counterparty: str | None, at: datetime
) -> str | None:
    """The zone of the longest prefix among the named zones, else among all, else None."""
    if counterparty is None:
        return None
    kept = kept_prefix(counterparty)
    for length in range(len(kept), -1, -1):
        zones = {
            prefix.zone
            for prefix in reference.prefixes.get(kept[:length], ())
            if is_valid((prefix.valid_from, prefix.valid_to), at)
        }
        if zones & named:
            return min(zones & named)
    for length in range(len(kept), -1, -1):
        zones = {
            prefix.zone
            for prefix in reference.prefixes.get(kept[:length], ())
            if is_valid((prefix.valid_from, prefix.valid_to), at)
        }
        if zones:
            return min(zones)
    return None
