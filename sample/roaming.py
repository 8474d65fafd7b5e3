"""The networks that subscribers roam in, and when they travel."""

import numpy as np

from sample.calendar import DAY, END, START
from sample.events import Integers
from sample.lives import NEVER
from sample.reference import Reference
from sample.zones import ROAMING_ZONE

ROAMING_ZONES = ("home", *sorted(set(ROAMING_ZONE.values())), "roam_maritime")
ROAMING_SHARES = {
    "roam_europe": 0.6,
    "roam_america": 0.15,
    "roam_asia_pacific": 0.15,
    "roam_world": 0.08,
    "roam_maritime": 0.02,
}


def roaming_networks(reference: Reference) -> list[str]:
    """Networks to roam in: listed ones of each zone, and one per zone known by its country only."""
    listed: dict[str, list[str]] = {zone: [] for zone in ROAMING_ZONES[1:]}
    for network, zone in sorted(reference.zone_of_network.items()):
        if len(network) > 3 and zone in listed:
            listed[zone].append(network)
    networks = [network for zone in listed for network in listed[zone][::23][:24]]
    by_country = [f"{networks_of[0][:3]}987" for networks_of in listed.values()]
    return networks + [n for n in by_country if n not in reference.zone_of_network]


def network_zone(reference: Reference, network: str) -> str:
    """The zone of a network, else of its country."""
    zones = reference.zone_of_network
    return zones.get(network) or zones[network[:3]]


def draw_travels(
    rng: np.random.Generator, count: int, networks: list[str], reference: Reference
) -> tuple[Integers, Integers, Integers]:
    """One journey in sixteen: from, to, and index of the network; NEVER for those who stay."""
    zones = [network_zone(reference, network) for network in networks]
    weights = np.array([ROAMING_SHARES[zone] / zones.count(zone) for zone in zones])
    is_away = rng.random(count) < 1 / 16
    begins = START + rng.integers(0, END - START, count)
    ends = begins + rng.integers(DAY, 6 * DAY, count)
    network = np.searchsorted(np.cumsum(weights / weights.sum()), rng.random(count), side="right")
    return (
        np.where(is_away, begins, NEVER),
        np.where(is_away, ends, NEVER),
        np.minimum(network, len(networks) - 1),
    )
