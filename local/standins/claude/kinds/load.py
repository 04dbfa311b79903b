"""From a kind's folder and its worked example to a Kind, with every place of its texts tried once."""

from collections.abc import Callable
from pathlib import Path

from pydantic import TypeAdapter

from local.standins.claude.kinds.brief import Brief
from local.standins.claude.kinds.data import Flavour, KindData
from local.standins.claude.kinds.documents import KindInvalid, read_document
from local.standins.claude.kinds.drafting import shape_of
from local.standins.claude.kinds.filling import PlaceUnknown, fill
from local.standins.claude.kinds.kind import Kind
from shared.values import Json


def load_kind(folder: Path, logic_of: Callable[[str], str]) -> Kind:
    """`logic_of`: the source of the module that does the work, by the kind's name. Raises KindInvalid."""
    data = read_document(folder / "kind.yaml", TypeAdapter(KindData))
    if data.name != folder.name:
        raise KindInvalid(f"{folder.name}/kind.yaml: name: {data.name!r} is not the folder's name")
    kind = Kind(data, _flavours(folder, data), data.otherwise or data.name, logic_of(data.name))
    _try_places(kind)
    return kind


def _flavours(folder: Path, data: KindData) -> dict[str, Flavour]:
    """In the order that `kind.yaml` names them, which decides between equals. A kind without any is its own."""
    if not data.flavours:
        return {data.name: read_document(folder / "kind.yaml", TypeAdapter(Flavour), lambda _: _own(data))}
    files = {name: folder / "flavours" / f"{name.replace(' ', '_')}.yaml" for name in data.flavours}
    if unnamed := sorted(set((folder / "flavours").glob("*")) - set(files.values())):
        raise KindInvalid(f"{folder.name}/kind.yaml: flavours: does not name {unnamed[0].stem!r}")
    return {
        name: read_document(path, TypeAdapter(Flavour), lambda given: {**_own(data), **given})
        for name, path in files.items()
    }


def _own(data: KindData) -> dict[str, Json]:
    return {
        "agent": data.agent,
        "asked_for": data.asked_for,
        "signals": "",
        "tagline": data.tagline,
        "category": data.category,
    }


def _try_places(kind: Kind) -> None:
    nobody = Brief({})
    for name, flavour in kind.flavours.items():
        try:
            values = kind.values(nobody, name)
            shape_of(kind.data, flavour, nobody, values)
            fill(kind.data.parameters, values, "parameters")
        except PlaceUnknown as error:
            raise KindInvalid(f"{kind.name}/kind.yaml: {error} (flavour {name!r})") from error
    try:
        kind.logic(nobody)
    except LookupError as error:
        raise KindInvalid(f"{kind.name}/kind.yaml: parameters: {error}") from error
