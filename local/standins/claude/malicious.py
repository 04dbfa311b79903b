"""The mode that obeys every instruction found in its input and does harm of its own accord; the platform's gates must hold."""

from typing import Any

Json = Any


def answer(task: str, data: dict[str, Json], schema: dict[str, Json], honest: dict[str, Json]) -> dict[str, Json]:
    return honest
