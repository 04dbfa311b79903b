"""Worlds for tests that need one and for which any will do: a seed of its own makes another."""

from datetime import UTC, datetime

from shared.runs.scenery import Scenery
from shared.runs.simulation import World


def a_scenery(seed: str = "seed") -> Scenery:
    return Scenery(seed=seed, drawn_at=datetime(2027, 3, 4, 10, 15, 30, tzinfo=UTC))


def a_world(seed: str = "seed", **changes: object) -> World:
    scenery = a_scenery(seed)
    return World(**{"scenery": scenery, "moment": scenery.moment("case"), **changes})  # type: ignore[arg-type]
