"""What the rows of the tables must have to be read by these sources: keys, required attributes and their types.

A row of other sources that lacks one is read half, or not at all. An attribute that may be absent changes nothing here,
so adding one leaves every state usable.
"""

import hashlib
import importlib
import json
import pkgutil
from pathlib import Path
from typing import Any

from local.state import StateUnusable

PARAMETER = "/mam/local/stored-shape"
_ENDINGS = ("_table", "_items")


class ShapeChanged(StateUnusable):
    """The rows of this state were written by sources that these cannot read."""


def refuse_other_shape(ssm: Any, shape: str, state: Path) -> None:
    """Raises ShapeChanged, and has changed nothing. For a state in which something was deployed."""
    try:
        kept = str(ssm.get_parameter(Name=PARAMETER)["Parameter"]["Value"])
    except ssm.exceptions.ParameterNotFound:
        kept = None
    if kept != shape:
        raise ShapeChanged(
            f"{state} holds rows of another version of these sources, which this one cannot read: run `make down`, "
            f"move {state} away and run `make up` for a fresh one, or go back to that version"
        )


def keep_shape(ssm: Any, shape: str) -> None:
    ssm.put_parameter(Name=PARAMETER, Value=shape, Type="String", Overwrite=True)


def shape_of(models: dict[str, dict[str, str]]) -> str:
    """`models`: for each stored class, its required attributes and what they are stored as."""
    return hashlib.sha256(json.dumps(models, sort_keys=True).encode()).hexdigest()


def product_models() -> dict[str, dict[str, str]]:
    import shared.adapters

    for module in pkgutil.iter_modules(shared.adapters.__path__):
        if module.name.endswith(_ENDINGS):
            importlib.import_module(f"shared.adapters.{module.name}")
    from pynamodb.models import Model

    return {each.__name__: _required(each) for each in _descendants(Model)}


def _required(model: Any) -> dict[str, str]:
    attributes = model.get_attributes().values()
    return {
        each.attr_name: f"{each.attr_type}{'#' if each.is_hash_key or each.is_range_key else ''}"
        for each in attributes
        if not each.null
    }


def _descendants(model: Any) -> list[Any]:
    """Those of the product; pynamodb and tests have some of their own."""
    found = [each for child in model.__subclasses__() for each in (child, *_descendants(child))]
    return [each for each in found if each.__module__.startswith("shared.adapters.")]
