"""Whether a state was deployed when its resources were in other stacks than now.

Nothing moves a resource from one stack to another: the one that gets it finds the name taken or takes it over, and then
the one that had it deletes it, for both. So such a state is left as it is.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from local.deployer.assembly import Stack
from local.state import StateUnusable

Held = tuple[str, str]
"""Type and physical id of a resource."""


class ResourcesMoved(StateUnusable):
    """The state's stacks hold what other stacks of these sources are to make."""


def refuse_moves(stacks: Iterable[Stack], held: Mapping[str, Iterable[Held]], state: Path) -> None:
    """`held`: what each deployed stack holds. Raises ResourcesMoved, and has changed nothing."""
    moved = sorted(set(_moved(stacks, held)))
    if moved:
        name, before, now = moved[0]
        others = f" (and {len(moved) - 1} more)" if len(moved) > 1 else ""
        raise ResourcesMoved(
            f"{state} was deployed from sources in which {name} belonged to the stack {before}, and now it belongs to "
            f"{now}{others}: run `make down`, move {state} away and run `make up` for a fresh one, or go back to "
            "those sources"
        )


def _moved(stacks: Iterable[Stack], held: Mapping[str, Iterable[Held]]) -> Iterator[tuple[str, str, str]]:
    owners = {(kind, _as_name(physical)): owner for owner, resources in held.items() for kind, physical in resources}
    for stack in stacks:
        for kind, name in _named(stack.template):
            owner = owners.get((kind, name), stack.name)
            if owner != stack.name:
                yield name, owner, stack.name


def _named(template: Mapping[str, Any]) -> Iterator[Held]:
    """Every resource with each text that may be its name: a function's, a queue's, a role's.

    `$default`, the name of an API's stage, is none that two could want: each API has one.
    """
    for resource in template.get("Resources", {}).values():
        for key, value in resource.get("Properties", {}).items():
            if key.endswith("Name") and isinstance(value, str) and value != "$default":
                yield resource["Type"], value


def _as_name(physical: str) -> str:
    """Most resources are known by their name; a queue by its address, which ends in it."""
    return physical.rpartition("/")[2] if physical.startswith("http") else physical
