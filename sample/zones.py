"""Which tariff zone a country belongs to, for the sample operator's destinations and roaming."""

import mobile_codes

ZONE_OF_REGION = {
    region: zone
    for zone, regions in {
        "austria": "AT",
        "united_kingdom": "GB GG JE IM",
        "europe": (
            "AD AL AX BA BE BG BY CH CY CZ DE DK EE ES FI FO FR GI GR HR HU IE IS IT LI LT LU LV"
            " MC MD ME MK MT NL NO PL PT RO RS RU SE SI SJ SK SM UA VA XK TR"
        ),
        "north_america": "US CA PR PM GL",
        "caribbean": (
            "AG AI AW BB BL BM BQ BS CW DM DO GD GP HT JM KN KY LC MF MQ MS SX TC TT VC VG VI"
        ),
        "latin_america": ("AR BO BR BZ CL CO CR EC FK GF GS GT GY HN MX NI PA PE PY SR SV UY VE"),
        "africa": (
            "AC AO BF BI BJ BW CD CF CG CI CM CV DJ DZ EG EH ER ET GA GH GM GN GQ GW KE KM LR LS LY"
            " MA MG ML MR MU MW MZ NA NE NG RE RW SC SD SH SL SN SO SS ST SZ TA TD TG TN TZ UG YT"
            " ZA ZM ZW"
        ),
        "middle_east": "AE BH IL IQ IR JO KW LB OM PS QA SA YE",
        "asia": (
            "AF AM AZ BD BN BT CN GE HK ID IN IO JP KG KH KR KZ LA LK MM MN MO MV MY NP PH PK SG TH"
            " TJ TL TM TW UZ VN"
        ),
        "oceania": (
            "AQ AS AU BV CC CK CX FJ FM GU HM KI MH MP NC NF NR NU NZ PF PG PN PW SB TF TK TO TV UM"
            " VU WF WS"
        ),
        "restricted": "CU KP SY",
    }.items()
    for region in regions.split()
}

ZONE_OF_SERVICE_CODE = {
    800: "satellite",
    808: "satellite",
    870: "satellite",
    878: "satellite",
    881: "satellite",
    882: "satellite",
    883: "satellite",
    888: "satellite",
    979: "satellite",
}

MOBILE_ZONES = {
    "austria": "austria_mobile",
    "united_kingdom": "united_kingdom_mobile",
    "europe": "europe_mobile",
}

UNPRICED_ZONE = "restricted"

ROAMING_ZONE = {
    "austria": "roam_europe",
    "united_kingdom": "roam_europe",
    "europe": "roam_europe",
    "north_america": "roam_america",
    "caribbean": "roam_america",
    "latin_america": "roam_america",
    "middle_east": "roam_world",
    "africa": "roam_world",
    "restricted": "roam_world",
    "asia": "roam_asia_pacific",
    "oceania": "roam_asia_pacific",
}

HOME_NETWORK = "00101"
MARITIME_COUNTRY_CODE = "901"


class UnmappedRegion(LookupError):
    """A country that the library knows and this module does not."""

    def __init__(self, region: str) -> None:
        super().__init__(f"region {region!r} has no zone; known regions: {sorted(ZONE_OF_REGION)}")


def zone_of_region(region: str, country_code: int | None = None) -> str:
    """The zone of an ISO 3166 region; '001' (no country) is settled by its calling code."""
    if region == "001" and country_code in ZONE_OF_SERVICE_CODE:
        return ZONE_OF_SERVICE_CODE[country_code]
    if region not in ZONE_OF_REGION:
        raise UnmappedRegion(region)
    return ZONE_OF_REGION[region]


def roaming_zone_of_mcc() -> dict[str, str]:
    """Roaming zone by mobile country code; a shared code goes to the first name."""
    zones: dict[str, str] = {
        "312": ROAMING_ZONE["north_america"],
        MARITIME_COUNTRY_CODE: "roam_maritime",
    }
    for country in sorted(mobile_codes._countries(), key=lambda country: country.name):
        codes = [country.mcc] if isinstance(country.mcc, str) else country.mcc or []
        for code in codes:
            zone = ROAMING_ZONE[zone_of_region(country.alpha2)]
            zones.setdefault(code, zone)
    return zones
