"""Phone numbers: blocks that subscribers hold, and blocks that they call, by home region."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import phonenumbers
from phonenumbers import PhoneNumberType

from sample.reference import Reference
from sample.zones import UNPRICED_ZONE

REGIONS = ("AT", "FR", "GB", "US", "AU", "NP")
# held block, block that nobody holds, first number and count of numbers inside either
OWN_BLOCKS = {
    "AT": (43677, 43669, 0, 100_000_000),
    "FR": (3368, 3377, 0, 10_000_000),
    "GB": (4474, 4478, 0, 100_000_000),
    "US": (1646, 1917, 2_000_000, 8_000_000),
    "AU": (6141, 6143, 0, 10_000_000),
    "NP": (977984, 977986, 0, 10_000_000),
}
OPEN_DIGITS = 5
# of a called number rating sees this many digits at most, and never the last four
KEPT_DIGITS = 9
HIDDEN_DIGITS = 4
NATIONAL_SHARE = 0.72
WEIGHT_OF_ZONE = {
    "austria": 6.0,
    "austria_mobile": 6.0,
    "united_kingdom": 5.0,
    "united_kingdom_mobile": 5.0,
    "europe": 10.0,
    "europe_mobile": 10.0,
    "north_america": 9.0,
    "caribbean": 1.0,
    "latin_america": 2.0,
    "africa": 2.0,
    "middle_east": 2.0,
    "asia": 5.0,
    "oceania": 2.0,
    "satellite": 0.05,
}


@dataclass(frozen=True)
class Blocks:
    """Blocks of called numbers: leading digits, how many digits follow, and choice weights.

    `kept` is what rating sees of a block's digits. `cumulative` has one row per home region;
    `unpriced` are indexes of blocks no tariff prices.
    """

    digits: list[str]
    kept: list[str]
    first: npt.NDArray[np.int64]
    size: npt.NDArray[np.int64]
    cumulative: npt.NDArray[np.float64]
    unpriced: npt.NDArray[np.int64]


def own_numbers(region: str, held: bool, index: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Distinct mobile numbers of a region by index; `held` False: numbers that nobody holds."""
    held_block, empty_block, first, count = OWN_BLOCKS[region]
    scattered = first + (index * 7_368_787 + 1_234_567) % count
    digits = len(str(first + count - 1))
    return (held_block if held else empty_block) * 10**digits + scattered


def called_blocks(reference: Reference) -> Blocks:
    """Blocks from every region's example numbers and the mobile prefixes of the destinations."""
    known = _example_blocks() | _mobile_blocks(reference)
    settled = {b: d for b, d in known.items() if _is_settled(b, d, reference)}
    digits = sorted(settled)
    kept = [b[: kept_digits(len(b) + settled[b])] for b in digits]
    zones = [_zone(block, reference) for block in digits]
    first = np.array([int(b) * 10 ** settled[b] for b in digits], dtype=np.int64)
    size = np.array([10 ** settled[b] for b in digits], dtype=np.int64)
    unpriced = np.array([i for i, z in enumerate(zones) if z == UNPRICED_ZONE], dtype=np.int64)
    return Blocks(digits, kept, first, size, _cumulative(digits, zones), unpriced)


def _example_blocks() -> dict[str, int]:
    blocks: dict[str, int] = {}
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE):
            example = phonenumbers.example_number_for_type(region, kind)
            if example is not None:
                number = f"{example.country_code}{example.national_number}"
                blocks[number[:-OPEN_DIGITS]] = OPEN_DIGITS
    blocks |= {"87077": 7, "88162": 7}
    return blocks


def _mobile_blocks(reference: Reference) -> dict[str, int]:
    return {
        prefix: {"43": 12, "44": 12, "33": 11}[prefix[:2]] - len(prefix)
        for prefix, zone in reference.zone_of_prefix.items()
        if zone.endswith("_mobile") and prefix[:2] in ("43", "44", "33")
    }


def kept_digits(number_length: int) -> int:
    """How many leading digits of a called number its zone is found by."""
    return max(0, min(KEPT_DIGITS, number_length - HIDDEN_DIGITS))


def _is_settled(block: str, open_digits: int, reference: Reference) -> bool:
    """Whether all numbers of a block have one zone, and the digits kept of them tell it."""
    longer = any(p.startswith(block) and p != block for p in reference.zone_of_prefix)
    kept = block[: kept_digits(len(block) + open_digits)]
    zone = _zone(block, reference)
    return not longer and zone is not None and _zone(kept, reference) == zone


def _zone(digits: str, reference: Reference) -> str | None:
    prefixes = (digits[:length] for length in range(len(digits), 0, -1))
    return next((z for p in prefixes if (z := reference.zone_of_prefix.get(p))), None)


def _cumulative(digits: list[str], zones: list[str | None]) -> npt.NDArray[np.float64]:
    counts = {zone: zones.count(zone) for zone in set(zones)}
    abroad = np.array([WEIGHT_OF_ZONE.get(z or "", 0.0) / counts[z] for z in zones])
    rows = []
    for region in REGIONS:
        code = str(phonenumbers.country_code_for_region(region))
        priced = [zone != UNPRICED_ZONE for zone in zones]
        national = np.array([d.startswith(code) for d in digits]) & priced
        weights = (1 - NATIONAL_SHARE) * abroad / abroad.sum()
        weights += NATIONAL_SHARE * national / max(national.sum(), 1)
        rows.append(np.cumsum(weights))
    return np.array(rows)
