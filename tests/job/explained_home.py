"""A home of few records whose charges are worked out by hand, rated in this process."""

from datetime import UTC, datetime
from pathlib import Path

from ingestion.run import run_once
from ingestion.run_report import RunReport
from ingestion.settings import Settings

KNOWN_AT = datetime(2026, 4, 1, tzinfo=UTC)

REFERENCE = {
    "plans": """\
plan_id,currency
basic,EUR
""",
    "tariffs": """\
tariff_id,plan_id,service,band,connection_fee,min_charge,max_charge,tier_scope,tier_mode,rounding_mode
talk_peak,basic,voice,peak,0.05,,,event,graduated,half_up
talk_night,basic,voice,night,0.05,,,event,graduated,half_up
surf,basic,data,*,,,,period,graduated,half_up
text,basic,sms,*,,,,period,volume,half_up
film,basic,content,*,,0.50,2.00,event,graduated,up
fax,basic,fax,*,,,,event,volume,half_up
""",
    "tariff_steps": """\
tariff_id,step_no,from_units,to_units,price,unit_size,increment,flat_fee
talk_peak,1,0,60,0.12,60,60,
talk_peak,2,60,,0.08,60,1,
talk_night,1,0,,0.06,60,60,
surf,1,0,100,2.00,1,,
surf,2,100,,1.00,1,,
text,1,0,100,2.00,1,,
text,2,100,,1.00,1,,
film,1,0,,0.30,1,,
fax,1,0,10,0.20,1,,
fax,2,10,,0.10,1,,1.00
""",
    "destinations": """\
prefix,zone
49,germany
""",
    "time_bands": """\
calendar_id,band,days,from_time,to_time,priority
de,peak,*,08:00,20:00,1
de,night,*,20:00,08:00,1
""",
    "plan_calendars": """\
plan_id,calendar_id
basic,de
""",
    "bundles": """\
bundle_id,plan_id,service,units,block,scope
talk_10,,voice,600,60,own
""",
}
FEEDS = {
    "account": """\
account_id,currency,time_zone,bill_day,effective_at
a1,EUR,Europe/Berlin,15,2026-01-01T00:00:00Z
""",
    "action": """\
action_id,effective_at,action,subscription_id,account_id,subscriber,plan_id,bundle_id
n1,2026-01-01T00:00:00Z,activate,s1,a1,491700000001,basic,
n2,2026-01-01T00:00:00Z,activate,s2,a1,491700000002,basic,
n3,2026-03-15T00:00:00Z,add_bundle,s2,,,,talk_10
""",
    "usage": """\
event_id,service,subscriber,counterparty,started_at,quantity,session_id,partial_no,kind,target_event_id
steps,voice,491700000001,4930123456789,2026-03-17T10:00:00+01:00,75,,,,
bands,voice,491700000001,4930123456789,2026-03-17T19:59:30+01:00,90,,,,
surf1,data,491700000001,internet,2026-03-15T10:00:00+01:00,60,,,,
surf2,data,491700000001,internet,2026-03-16T11:00:00+01:00,50,,,,
text1,sms,491700000001,4930123456789,2026-03-16T10:00:00+01:00,60,,,,
text2,sms,491700000001,4930123456789,2026-03-18T11:00:00+01:00,50,,,,
cheap,content,491700000001,film,2026-03-16T10:00:00+01:00,1,,,,
dear,content,491700000001,film,2026-03-16T11:00:00+01:00,9,,,,
back,content,491700000001,film,2026-03-16T12:00:00+01:00,-9,,,,
pages,fax,491700000001,4930123456789,2026-03-16T10:00:00+01:00,12,,,,
none,voice,491700000001,4930123456789,2026-03-16T10:00:00+01:00,0,,,,
lost,voice,491700000009,4930123456789,2026-03-16T10:00:00+01:00,60,,,,
wrong,sms,491700000002,4930123456789,2026-03-16T10:00:00+01:00,5,,,,
right,sms,491700000002,4930123456789,2026-03-16T10:00:00+01:00,4,,,replace,wrong
part1,voice,491700000002,4930123456789,2026-03-16T10:00:00+01:00,30,call,1,,
part2,voice,491700000002,4930123456789,2026-03-16T10:00:30+01:00,45,call,2,,
it's a \\ {name},sms,491700000002,4930123456789,2026-03-16T12:00:00+01:00,1,,,,
""",
}


def write_inbox(settings: Settings) -> None:
    for feed, text in FEEDS.items():
        folder = settings.inbox_folder / feed
        folder.mkdir(parents=True)
        (folder / f"{feed}s.csv").write_text(text)


def write_reference(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for name, text in REFERENCE.items():
        (folder / f"{name}.csv").write_text(text)
    return folder


def rate_explained_home(folder: Path) -> Settings:
    """Rate the feeds above in a home below `folder`."""
    settings = Settings(home=folder / "home", reference=write_reference(folder / "tariffs"))
    write_inbox(settings)
    run(settings)
    return settings


def run(settings: Settings) -> RunReport:
    return run_once(
        settings, as_of=KNOWN_AT, publish=None, bar=lambda stage: lambda done, total: None
    )
