"""Where the sample operator's accounts are."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Market:
    """Accounts of one time zone: their share, home region, currency and tax profile."""

    time_zone: str
    share: float
    region: str
    currency: str
    tax_profile: str


MARKETS = (
    Market("Europe/Vienna", 0.27, "AT", "EUR", "at"),
    Market("Europe/Paris", 0.15, "FR", "EUR", "fr"),
    Market("Europe/London", 0.20, "GB", "GBP", "gb"),
    Market("America/New_York", 0.16, "US", "USD", "us_ny"),
    Market("America/Los_Angeles", 0.07, "US", "USD", "none"),
    Market("Australia/Sydney", 0.06, "AU", "GBP", "au"),
    Market("Asia/Kathmandu", 0.05, "NP", "USD", "np"),
    Market("UTC", 0.04, "AT", "EUR", "none"),
)
TIME_ZONES = tuple(market.time_zone for market in MARKETS)
