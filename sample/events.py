"""Usage records as arrays: what every part of the generator passes on."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]
SERVICES = ("voice", "sms", "data", "content")
VOICE, SMS, DATA, CONTENT = range(4)
OUT, IN = 0, 1
KINDS = ("original", "replace", "cancel")
NO_NETWORK = -1
OWN_NETWORK = -2
BAD_NETWORK = -3
APNS = ("internet.northlight.example", "business.northlight.example", "iot.northlight.example")
CONTENTS = tuple(
    f"{kind}-{n:03d}" for kind in ("music", "video", "news", "game") for n in range(25)
)


@dataclass
class Events:
    """One entry per record.

    `number` is the subscriber as written (a planted one may be nobody's). `other` is the number
    called, or an index into APNS or CONTENTS; `block` is that of the number, or len(blocks).
    `network` indexes the roaming networks or is NO_, OWN_ or BAD_NETWORK. `session` is -1 for none;
    `kind` indexes KINDS; `target` is '' for none; `outcome` is an Outcome.
    """

    event_id: npt.NDArray[np.object_]
    started_at: Integers
    subscription: Integers
    number: Integers
    service: Integers
    direction: Integers
    block: Integers
    other: Integers
    quantity: Integers
    network: Integers
    session: Integers
    kind: Integers
    target: npt.NDArray[np.object_]
    outcome: Integers
    market: Integers
    plan: Integers
    roaming_zone: Integers

    @property
    def count(self) -> int:
        return len(self.event_id)

    def take(self, rows: Integers) -> "Events":
        """A copy of some events."""
        return Events(**{name: getattr(self, name)[rows] for name in FIELDS})


MAX_UNITS = 20
FIELDS = tuple(Events.__dataclass_fields__)


def join(parts: list[Events]) -> Events:
    """One after another; `parts` must not be empty."""
    return Events(**{n: np.concatenate([getattr(part, n) for part in parts]) for n in FIELDS})


def event_ids(prefix: str, first: int, count: int) -> npt.NDArray[np.object_]:
    """Event ids by running number."""
    ids = [f"{prefix}{number:010d}" for number in range(first, first + count)]
    return np.array(ids, dtype=object)
