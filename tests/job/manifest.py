"""What the sample operator's manifest says must come out, and the same read from the tables."""

import json
from decimal import Decimal
from typing import Any

from pyspark.sql import SparkSession

from ingestion.settings import Settings

Manifest = dict[str, Any]
Sums = dict[str, Any]

CHARGES = """
    select
        service,
        currency,
        count(*) as event_count,
        sum(charge_amount) as charge_amount
    from rated.usage_charges
    where service <> 'voice'
    group by service, currency
"""
BUNDLES = """
    select
        bundle_id,
        sum(billed_units) as units
    from rated.usage_charge_segments
    where bundle_id is not null
    group by bundle_id
"""
COVERED = """
    select
        service,
        sum(case when billable_units = 0 then 1 else 0 end) as fully,
        sum(case when billable_units <> 0 then 1 else 0 end) as partly
    from rated.usage_charges
    where bundle_units <> 0
    group by service
"""


def read_manifest(settings: Settings) -> Manifest:
    return json.loads((settings.root / "generated" / "manifest.json").read_text())


def stated_sums(expected: Manifest) -> Sums:
    """Charges by service and currency, units by bundle, and covered events: what is not zero."""
    return {
        "charges": {
            (service, currency): (sums["events"], Decimal(sums["charge_amount"]))
            for service, currencies in expected["charges"].items()
            for currency, sums in currencies.items()
            if sums["events"]
        },
        "bundle_units": {name: Decimal(units) for name, units in expected["bundle_units"].items()},
        "covered_events": {
            service: (counts["fully"], counts["partly"])
            for service, counts in expected["covered_events"].items()
            if any(counts.values())
        },
    }


def found_sums(spark: SparkSession) -> Sums:
    """The same from the tables of a home; what calls cost is left out: it is the oracle's."""
    charges, bundles, covered = (spark.sql(sql).collect() for sql in (CHARGES, BUNDLES, COVERED))
    return {
        "charges": {
            (row.service, row.currency): (row.event_count, row.charge_amount) for row in charges
        },
        "bundle_units": {row.bundle_id: row.units for row in bundles},
        "covered_events": {row.service: (row.fully, row.partly) for row in covered},
    }


Disposed = dict[tuple[str, str], tuple[int, dict[str, Decimal]]]


def stated_dispositions(rows: list[dict[str, Any]]) -> Disposed:
    """Records and units by service, of each disposition and reason that the manifest names."""
    return {
        (row["disposition"], row["reason"] or ""): (
            row["records"],
            {name: Decimal(service["quantity"]) for name, service in row["services"].items()},
        )
        for row in rows
    }


def reported_dispositions(rows: list[dict[str, Any]]) -> Disposed:
    """The same from a run's report."""
    return {
        (row["disposition"], row["reason"] or ""): (
            row["records"],
            {service: Decimal(quantity) for service, quantity in row["quantity"].items()},
        )
        for row in rows
    }
