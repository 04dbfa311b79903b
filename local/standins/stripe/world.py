"""What this Stripe holds: objects by id, its clock, its log of events, and every movement of money.

One JSON file in the state folder, written whole after each change; without a path all of it is in memory, for tests.
"""

import copy
import json
import random
import time
from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from local.standins.stripe.errors import missing

API_VERSION = "2026-10-28.endive"
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz0123456789"
FILE = "stripe.json"

Thing = dict[str, Any]
"""One object, as Stripe shows it. Members that begin with `_` are the stand-in's own and never shown."""


class World:
    def __init__(
        self, path: Path | None = None, *, clock: Callable[[], float] = time.time, seed: int | None = None
    ) -> None:
        self._path = path
        self._clock = clock
        self.random = random.SystemRandom() if seed is None else random.Random(seed)  # noqa: S311 - seeded for tests only
        self.objects: dict[str, Thing] = {}
        self.keys: dict[str, Any] = {}
        """Idempotency keys with the answers they got."""
        self.outbox: list[str] = []
        """Ids of events that nobody has confirmed yet, in the order of their making."""
        self.money: list[Thing] = []
        """Every movement of money, as a bank would list it: what a ledger is held against."""
        self.offset = 0.0
        self.url = ""
        """Where hosted pages are reached."""
        self._load()

    @property
    def now(self) -> int:
        return int(self._clock() + self.offset)

    def new_id(self, prefix: str) -> str:
        return f"{prefix}_{''.join(self.random.choices(ALPHABET, k=24))}"

    def add(self, kind: str, object_id: str, **members: Any) -> Thing:
        thing = {
            "id": object_id,
            "object": kind,
            "created": self.now,
            "livemode": False,
            "metadata": {},
            **members,
        }
        self.objects[object_id] = thing
        return thing

    def find(self, kind: str, object_id: str, param: str = "id") -> Thing:
        thing = self.objects.get(object_id)
        if thing is None or thing["object"] != kind:
            raise missing(kind.rpartition(".")[2], object_id, param)
        return thing

    def every(self, kind: str) -> Iterator[Thing]:
        """Oldest first."""
        return (thing for thing in list(self.objects.values()) if thing["object"] == kind)

    def tell(self, type: str, thing: Thing) -> Thing:
        """An event about the object as it is now."""
        event = self.add(
            "event",
            self.new_id("evt"),
            api_version=API_VERSION,
            data={"object": shown(thing)},
            pending_webhooks=1,
            request={"id": None, "idempotency_key": None},
            type=type,
        )
        self.outbox.append(event["id"])
        return event

    def move(self, kind: str, thing: Thing, amount: int, currency: str, **about: Any) -> None:
        self.money.append(
            {"kind": kind, "id": thing["id"], "amount": amount, "currency": currency, "at": self.now, **about}
        )

    def save(self) -> None:
        if self._path is None:
            return
        held = {
            "objects": self.objects,
            "keys": self.keys,
            "outbox": self.outbox,
            "money": self.money,
            "offset": self.offset,
        }
        fresh = self._path.with_suffix(".new")
        fresh.write_text(json.dumps(held), encoding="utf-8")
        fresh.replace(self._path)

    def _load(self) -> None:
        if self._path is not None and self._path.exists():
            held = json.loads(self._path.read_text(encoding="utf-8"))
            self.objects, self.keys, self.outbox = held["objects"], held["keys"], held["outbox"]
            self.money, self.offset = held["money"], held["offset"]


def shown(thing: Thing) -> Thing:
    return copy.deepcopy({name: value for name, value in thing.items() if not name.startswith("_")})


def month_later(moment: int, anchor: int) -> int:
    """The same day of the next month as the anchor's, or that month's last."""
    at, day = datetime.fromtimestamp(moment, UTC), datetime.fromtimestamp(anchor, UTC).day
    year, month = (at.year + 1, 1) if at.month == 12 else (at.year, at.month + 1)
    return int(at.replace(year=year, month=month, day=min(day, monthrange(year, month)[1])).timestamp())
