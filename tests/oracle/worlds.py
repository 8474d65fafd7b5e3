"""Random worlds: reference, people and usage that arrive in waves, many side by side in one home.

Every id of a world begins with its name, every number holds its digits, so worlds do not meet;
only networks, currencies and the calendar of plan `*` are shared (see world_frame.SHARED).
"""

from dataclasses import dataclass
from random import Random

from hypothesis import strategies

from tests.oracle import world_bundles, world_payments, world_people, world_usage
from tests.oracle.world_changes import changed
from tests.oracle.world_frame import SHARED, WAVES, Files, Frame, Rows
from tests.oracle.world_tariffs import first_reference

EVENTS = 42


@dataclass(frozen=True, repr=False)
class World:
    """One world: per wave the feed rows that arrive and the reference then in force.

    `is_order_free`: nothing in it depends on the order of arrival (no conflicts, no event
    corrected twice, no action said twice): any distribution over waves ends in the same charges.
    """

    name: str
    is_order_free: bool
    feeds: tuple[Files, ...]
    references: tuple[Files, ...]

    def __repr__(self) -> str:
        return f"World({self.name!r})"


def make_world(seed: int | str, number: int, *, twin: bool = False) -> World:
    """The world of a seed and a number (under 5,000); its twin has other ids and numbers only."""
    frame = Frame.of(seed, number, twin=twin)
    is_order_free = number % 2 == 0
    first = first_reference(frame)
    accounts = world_people.accounts(frame)
    actions = world_people.histories(frame)
    actions += world_bundles.additions(frame, first, actions)
    references = [first]
    while len(references) < WAVES:
        references.append(changed(frame, references[-1]))
    usage = world_usage.events(frame, 0, EVENTS)
    usage += world_usage.sessions(frame, usage)
    extra = world_usage.copies(frame, usage)
    extra += world_usage.corrections(frame, usage, most=1 if is_order_free else 3)
    if not is_order_free:
        extra += world_usage.conflicts(frame, usage)
        actions += said_again(frame, actions)
    payments = world_payments.payments(frame)
    if not is_order_free:
        payments += world_payments.paid_again(frame, payments)
    feeds = [
        {
            "account": spread[0],
            "action": spread[1],
            "usage": [*spread[2], *spread[3]],
            "payment": spread[4],
        }
        for spread in zip(
            spread_over_waves(frame.random, accounts, (0.9, 0.05, 0.05)),
            spread_over_waves(frame.random, actions, (0.85, 0.1, 0.05)),
            spread_over_waves(frame.random, usage, (0.6, 0.25, 0.15)),
            spread_over_waves(frame.random, extra, (0.4, 0.4, 0.2)),
            spread_over_waves(frame.random, payments, (0.4, 0.4, 0.2)),
            strict=True,
        )
    ]
    return World(frame.name, is_order_free, tuple(feeds), tuple(references))


def said_again(frame: Frame, actions: Rows) -> Rows:
    """Actions that are said a second time, otherwise: the last known row counts."""
    repeatable = [row for row in actions if row["action"] != "activate"]
    chosen = frame.random.sample(repeatable, len(repeatable) // 3)
    return [{**row, "effective_at": frame.write(frame.moment(40))} for row in chosen]


def spread_over_waves(random: Random, rows: Rows, shares: tuple[float, ...]) -> list[Rows]:
    waves: list[Rows] = [[] for _ in shares]
    for row in rows:
        random.choices(waves, shares)[0].append(row)
    return waves


def in_another_order(world: World, random: Random) -> World:
    """The same world with its feed rows distributed over the waves anew, some events in parts."""
    feeds: list[Files] = [{} for _ in range(WAVES)]
    for feed in world.feeds[0]:
        rows = [row for wave in world.feeds for row in wave[feed]]
        if feed == "usage":
            rows = world_usage.some_in_parts(rows, random)
        random.shuffle(rows)
        for wave, part in zip(feeds, spread_over_waves(random, rows, (1, 1, 1)), strict=True):
            wave[feed] = part
    return World(world.name, world.is_order_free, tuple(feeds), world.references)


def all_at_once(worlds: list[World]) -> Files:
    """Everything that ever arrives, as one delivery."""
    waves = [wave for world in worlds for wave in world.feeds]
    return merged(waves)


def reference_of(worlds: list[World], wave: int) -> Files:
    """The reference rows of all worlds and what they share, as a wave knows them."""
    return merged([*SHARED[: wave + 1], *(world.references[wave] for world in worlds)])


def feeds_of(worlds: list[World], wave: int) -> Files:
    return merged([world.feeds[wave] for world in worlds])


def merged(parts: list[Files]) -> Files:
    found: Files = {}
    for part in parts:
        for name, rows in part.items():
            found.setdefault(name, []).extend(rows)
    return found


def worlds() -> strategies.SearchStrategy[World]:
    """Random worlds for hypothesis; the number decides whether one is order-free."""
    return strategies.builds(
        make_world, strategies.integers(min_value=0), strategies.integers(0, 4999)
    )
