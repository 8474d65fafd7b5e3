"""An inbox with every kind of trouble."""

import gzip
import json
from pathlib import Path

import zstandard

CALLER, CALLED, TEXTED, HIDDEN = "447911900901", "447911900902", "447911900903", "447911900904"
NUMBERS = (CALLER, CALLED, TEXTED, HIDDEN)
HEADER = "event_id,service,direction,subscriber,counterparty,started_at,quantity,session_id,hue"
GOOD = "\n".join(
    [
        HEADER,
        f"g-1,voice,out,+{CALLER},00{CALLED},2026-03-01T08:00:00+01:00,75,,red",
        f'g-2,data,,{CALLER},internet.example,2026-03-01T07:00:00Z,-0.5,"two\nlines, ""quoted""",',
        f"g-3,sms,in,{TEXTED},Example,2026-03-01T07:00:01Z,999999999999999.999999,,",
        f"g-4,voice,out,{CALLER},112,2026-03-01T07:00:02Z,1,,",
    ]
).encode()
BAD = b"\r\n".join(
    [
        HEADER.encode(),
        f"b-1,voice,out,{CALLER},{CALLED},2026-03-01T07:00:00Z,60,,".encode(),
        f"b-2,voice,out,{HIDDEN},{CALLED},2026-03-01T07:00:00,60,,".encode(),
        f"b-3,voice,out,{HIDDEN},{CALLED},2026-03-01T07:00:00Z,sixty,,{HIDDEN}".encode(),
        f"b-4,voice,out,{HIDDEN}x,{CALLED},2026-03-01T07:00:00Z,60,,".encode(),
        f"b-5,voice,out,{HIDDEN},2026-03-01T07:00:00Z,60,,".encode(),
        b"b-6,voice,out,1,2,2026-03-01T07:00:00Z,60,caf\xe9,",
        b"b-7,voice,out,1,2,2026-03-01T07:00:00Z,60,a\0b,",
        f"b-8,{HIDDEN},sideways,1,2,2026-03-01T07:00:00Z,60,,".encode(),
        b"b-9,voice,out,1,2,2026-03-01T07:00:00Z," + b"9" * 10_000_000 + b",,",
        f"b-10,voice,out,{TEXTED},{CALLED},2026-03-01T07:00:00Z,60,,".encode(),
        f'b-11,voice,out,1,"{HIDDEN},2026-03-01T07:00:00Z,60,,'.encode(),
    ]
)
LINE = {
    "event_id": "j-1",
    "service": "voice",
    "subscriber": CALLER,
    "started_at": "2026-03-01T07:00:00Z",
    "quantity": 60,
}
LINES = [
    json.dumps(LINE),
    json.dumps(LINE)[:-1],
    json.dumps({**LINE, "session_id": "\ud800"}),
    json.dumps({**LINE, "event_id": "j-4", "extra": {"number": HIDDEN}, "quantity": True}),
    json.dumps({**LINE, "event_id": "j-5", "extra": [1], "quantity": 10**15}),
    json.dumps({**LINE, "event_id": "j-6"})[:-1] + ', "extra": ' + "9" * 5_000 + "}",
    json.dumps({**LINE, "event_id": "j-7"})[:-1] + ', "extra": ' + "[" * 5_000 + "]" * 5_000 + "}",
]
ACCOUNT = """account_id,parent_account_id,name,currency,time_zone,bill_day,tax_profile,credit_limit,effective_at
A-1,,Zoë,EUR,Europe/Berlin,28,de,100.25,2026-01-01T00:00:00+01:00
A-2,A-1,Zoë,EUR,Berlin,1,,,2026-01-01T00:00:00+01:00
"""  # noqa: E501
ACTION = json.dumps(
    {
        "action_id": "n-1",
        "effective_at": "2026-01-01T00:00:00Z",
        "action": "activate",
        "subscription_id": "S-1",
        "account_id": "A-1",
        "subscriber": f"+{CALLER}",
        "plan_id": "basic",
        "bundle_id": None,
        "quantity": 2,
        "expires_at": "",
    }
)
PAYMENT = """payment_id,account_id,kind,amount,currency,received_at,method,reference
p-1,A-1,payment,25.00,EUR,2026-03-05T12:00:00Z,card,invoice 7
p-2,A-1,payment,-1,EUR,2026-03-05T12:00:00Z,card,
"""

FILES = {
    "usage/good.csv.gz": gzip.compress(GOOD, mtime=0),
    "usage/late/same-bytes.csv.gz": gzip.compress(GOOD, mtime=0),
    "usage/bad.csv": BAD,
    "usage/bad.jsonl.zst": zstandard.compress("\n".join(LINES).encode()),
    "usage/truncated.csv.gz": gzip.compress(GOOD, mtime=0)[:-9],
    "usage/bomb.csv.gz": gzip.compress(bytes(10**8), mtime=0),
    "usage/plain.csv.gz": GOOD + b"\n",
    "usage/gz.csv": gzip.compress(GOOD + b"\n\n", mtime=0),
    "usage/empty.csv": b"",
    "usage/header.csv": HEADER.encode(),
    "usage/column.csv": HEADER.replace("subscriber,", "").encode(),
    "usage/semicolon.csv": HEADER.replace(",", ";").encode(),
    "usage/name.xlsx": GOOD + b"\n\n\n",
    "usage/a\n\x1b[31m..\\b.csv": HEADER.encode() + b"\n",
    "usage/open.csv.tmp": GOOD,
    "cdr/good.csv": GOOD,
    "account/a.csv": ACCOUNT.encode(),
    "action/a.jsonl": ACTION.encode(),
    "payment/p.csv": b"\xef\xbb\xbf" + PAYMENT.encode(),
}


def fill(inbox: Path) -> None:
    for name, content in FILES.items():
        path = inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
