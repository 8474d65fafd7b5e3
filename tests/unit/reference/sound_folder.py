"""A small reference folder without a fault, to plant one in."""

from pathlib import Path
from textwrap import dedent

from ingestion.reference.validate import problems

SOUND = {
    "services": """
        service,unit,is_timed
        voice,second,true
        sms,message,false
    """,
    "plans": """
        plan_id,name,currency,recurring_fee,prorate,tax_code,valid_from,valid_to
        talk,Talk,EUR,5.00,true,standard,2026-01-01T00:00:00Z,
    """,
    "tariffs": """
        tariff_id,plan_id,service,destination_zone,band,valid_from,valid_to
        t1,talk,voice,alps,peak,2026-01-01T00:00:00Z,
        t2,*,sms,,,,
    """,
    "tariff_steps": """
        tariff_id,step_no,from_units,to_units,price,unit_size,increment,flat_fee
        t1,1,,60,0.30,60,60,
        t1,2,60,,0.20,60,1,0.05
        t2,1,0,,0.08,1,,
    """,
    "destinations": """
        prefix,zone,valid_from,valid_to
        41,alps,2026-01-01T00:00:00Z,
        43,alps,,
    """,
    "roaming_networks": """
        network,zone
        208,france
        22201,italy
    """,
    "time_bands": """
        calendar_id,band,days,from_time,to_time,priority
        eu,peak,mon-fri,08:00,20:00,1
        eu,night,*,20:00,08:00,2
        eu,weekend,"sat,sun",08:00,20:00,2
    """,
    "holidays": """
        calendar_id,date,name
        eu,2026-12-25,Christmas
    """,
    "plan_calendars": """
        plan_id,calendar_id
        *,eu
    """,
    "currencies": """
        currency,minor_digits
        EUR,2
    """,
}


def write(folder: Path, **files: str) -> Path:
    """Write the sound folder with some files put in the place of its own."""
    folder.mkdir(exist_ok=True)
    for name, text in {**SOUND, **files}.items():
        (folder / f"{name}.csv").write_text(dedent(text).lstrip("\n"), "utf-8")
    return folder


def faults(folder: Path, **files: str) -> list[str]:
    """What is wrong with the sound folder once these files are put in it, as people read it."""
    return [str(problem) for problem in problems(write(folder, **files))]
