"""Parameters as Stripe's SDKs send them: a form whose names have brackets, `line_items[0][price]=price_…`."""

import re
from typing import Any
from urllib.parse import parse_qsl

from local.standins.stripe.errors import invalid

_PARTS = re.compile(r"[^\[\]]+")

Params = dict[str, Any]


def parse_form(text: str) -> Params:
    root: Params = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        *outer, last = _PARTS.findall(name) or [name]
        node = root
        for part in outer:
            node = node.setdefault(part, {})
            if not isinstance(node, dict):
                raise invalid(f"Invalid object: {name}", name)
        node[last] = value
    return {name: _with_lists(value) for name, value in root.items()}


def _with_lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {name: _with_lists(part) for name, part in value.items()}
    if inner and all(name.isdigit() for name in inner):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner


def truth(params: Params, name: str) -> bool:
    text = params.get(name, "false")
    if text not in ("true", "false"):
        raise invalid(f"Invalid boolean: {text}", name)
    return text == "true"


def whole(params: Params, name: str, default: int | None = None) -> int:
    text = params.get(name, default)
    if text is None:
        raise invalid(f"Missing required param: {name}.", name, "parameter_missing")
    try:
        return int(text)
    except (TypeError, ValueError):
        raise invalid(f"Invalid integer: {text}", name, "parameter_invalid_integer") from None


def needed(params: Params, name: str) -> Any:
    if params.get(name) in (None, ""):
        raise invalid(f"Missing required param: {name}.", name, "parameter_missing")
    return params[name]


def check_names(params: Params, known: frozenset[str]) -> None:
    """Stripe refuses what it does not know; so a misspelt parameter shows here, too."""
    for name in params:
        if name not in known and name != "expand":
            raise invalid(f"Received unknown parameter: {name}", name, "parameter_unknown")
