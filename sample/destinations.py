"""Makes seeds/destinations.csv and seeds/roaming_networks.csv again from the numbering data.

`python -m sample.destinations seeds` writes both; they are checked in, and nothing
calls this at run time. `write_destinations(path, rows=170_000)` writes a table of full size for
tests and benchmarks.
"""

import csv
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import mobile_codes
from phonenumbers import (
    COUNTRY_CODE_TO_REGION_CODE,
    PhoneMetadata,
    PhoneNumber,
    region_code_for_number,
)
from phonenumbers.carrierdata import CARRIER_DATA

from sample.zones import (
    HOME_NETWORK,
    MOBILE_ZONES,
    roaming_zone_of_mcc,
    zone_of_region,
)

VALID_FROM = "2025-01-01T00:00:00Z"
DESTINATION_COLUMNS = ("prefix", "zone", "valid_from", "valid_to")
DETAILED_COUNTRY_CODES = (30, 31, 32, 33, 34, 36, 39, 41, 43, 44, 45, 46, 47, 48, 49, 353, 420)
MOBILE_DIGITS = 4


class TooManyPrefixes(ValueError):
    """More destination prefixes were asked for than the numbering data holds."""

    def __init__(self, rows: int, available: int) -> None:
        super().__init__(f"rows = {rows}, allowed 1 to {available} (distinct prefixes known)")


def country_codes() -> list[str]:
    """All calling codes, longest first, so that the first match is the right one."""
    return sorted(map(str, COUNTRY_CODE_TO_REGION_CODE), key=lambda code: (-len(code), code))


def region_of_prefix(prefix: str) -> tuple[str, int] | None:
    """The region (and calling code) that a number prefix lies in, or None where nobody owns it."""
    for length in (1, 2, 3):
        code = int(prefix[:length])
        if code in COUNTRY_CODE_TO_REGION_CODE and len(str(code)) == length:
            regions = COUNTRY_CODE_TO_REGION_CODE[code]
            return _region_within(prefix, length, code, regions), code
    return None


def _region_within(prefix: str, length: int, code: int, regions: tuple[str, ...]) -> str:
    if len(regions) == 1 or code != 1:
        return regions[0]
    national = (prefix[length:] + "2345678901")[:10]
    number = PhoneNumber(country_code=code, national_number=int(national))
    return region_code_for_number(number) or AREA_CODES.get(prefix[1:4], regions[0])


def _area_codes() -> dict[str, str]:
    """NANP area codes of the countries beside the United States, from their leading digits."""
    codes: dict[str, str] = {}
    for region in COUNTRY_CODE_TO_REGION_CODE[1]:
        metadata = PhoneMetadata.metadata_for_region(region)
        leading = metadata.leading_digits if metadata else None
        for digits in (leading or "").split("|"):
            if len(digits) == 3 and digits.isdigit():
                codes[digits] = region
    return codes


AREA_CODES = _area_codes()


def zone_of_prefix(prefix: str, mobile: bool) -> str | None:
    """The zone of a prefix; mobile prefixes of a country with a mobile zone get that one."""
    found = region_of_prefix(prefix)
    if found is None:
        return None
    zone = zone_of_region(*found)
    return MOBILE_ZONES.get(zone, zone) if mobile else zone


def sample_destinations() -> list[tuple[str, str]]:
    """The checked-in table: calling codes, area codes, some countries' mobiles."""
    mobile = {
        prefix[: len(str(code)) + MOBILE_DIGITS - 1]
        for code in DETAILED_COUNTRY_CODES
        for prefix in CARRIER_DATA
        if prefix.startswith(str(code)) and len(prefix) >= len(str(code)) + 2
    }
    zones = {code: zone_of_prefix(code, False) for code in country_codes()}
    zones |= {f"1{area}": zone_of_region(region) for area, region in AREA_CODES.items()}
    zones |= {f"7{digit}": "asia" for digit in "67"}
    zones |= {prefix: zone_of_prefix(prefix, True) for prefix in mobile}
    return sorted((prefix, zone) for prefix, zone in zones.items() if zone is not None)


def full_destinations(rows: int) -> Iterator[tuple[str, str]]:
    """`rows` distinct nested prefixes: the sample's, then the shortest known elsewhere."""
    from phonenumbers.geodata import GEOCODE_DATA

    sample = dict(sample_destinations())
    known = sample.keys() | GEOCODE_DATA.keys() | CARRIER_DATA.keys()
    chosen = sorted(known, key=lambda prefix: (prefix not in sample, len(prefix), prefix))
    zoned = (
        (prefix, sample.get(prefix) or zone_of_prefix(prefix, prefix in CARRIER_DATA))
        for prefix in chosen
    )
    if rows < 1 or rows > len(chosen):
        raise TooManyPrefixes(rows, len(chosen))
    for (prefix, zone), _ in zip(zoned, range(rows), strict=False):
        yield prefix, zone or "satellite"


def write_destinations(path: Path, rows: int | None = None) -> int:
    """Write a destinations file and return its rows.

    Without `rows`, the checked-in sample; with it, that many distinct prefixes of all known ones.
    Raises TooManyPrefixes beyond what is known.
    """
    pairs = sample_destinations() if rows is None else full_destinations(rows)
    return _write(path, DESTINATION_COLUMNS, ((*pair, VALID_FROM, "") for pair in pairs))


def write_roaming_networks(path: Path) -> int:
    """Write every mobile country code and network of the library with its roaming zone."""
    zones = roaming_zone_of_mcc()
    networks = {
        operator.mcc + operator.mnc: zones[operator.mcc]
        for operator in mobile_codes._mnc_operators()
        if operator.mcc in zones and operator.mnc.isdigit()
    }
    table = zones | networks | {HOME_NETWORK: "home"}
    return _write(path, ("network", "zone"), sorted(table.items()))


def _write(path: Path, columns: Iterable[str], rows: Iterable[Iterable[str]]) -> int:
    count = 0
    with path.open("w", newline="", encoding="utf-8") as target:
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            writer.writerow(row)
            count += 1
    return count


def main(folder: str = "seeds") -> None:
    """Write both tables into a reference folder and say how many rows each has."""
    for name, write in (
        ("destinations.csv", write_destinations),
        ("roaming_networks.csv", write_roaming_networks),
    ):
        print(f"{name}: {write(Path(folder) / name)} rows")


if __name__ == "__main__":
    main(*sys.argv[1:2])
