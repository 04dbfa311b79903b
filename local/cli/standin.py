"""`python -m local standin NAME mode …`: lets a stand-in have a bad day, and tells what it was asked."""

from collections.abc import Sequence
from typing import Any

from local.access import loopback
from local.ports import Ports


class ModeRefused(Exception):
    """The stand-in has no such mode; the message is its own."""


def port_of(name: str, ports: Ports) -> int:
    known = {
        "claude": ports.claude,
        "reddit": ports.reddit,
        "fargate": ports.fargate,
        "stripe": ports.stripe,
        "web": ports.web,
    }
    if name not in known:
        raise ModeRefused(f"there is no stand-in {name!r} with modes; there are {', '.join(sorted(known))}")
    return known[name]


def shown(name: str, what: str, ports: Ports) -> Any:
    """`what` is the end of one of the stand-in's own paths: "mode", "calls", "pages"."""
    return _answer(loopback.command(ports, port_of(name, ports), "GET", f"/_standin/{what}"))


def set_mode(
    name: str,
    mode: str,
    ports: Ports,
    *,
    times: int | None = None,
    seconds: float | None = None,
    retry_after: float | None = None,
    tasks: Sequence[str] = (),
    kind: int | None = None,
) -> Any:
    limits = {"times": times, "seconds": seconds, "retry_after": retry_after}
    given = {**limits, "tasks": list(tasks) or None, "kind": kind}
    body = {"mode": mode, **{key: value for key, value in given.items() if value is not None}}
    return _answer(loopback.command(ports, port_of(name, ports), "PUT", "/_standin/mode", json=body))


def advance(seconds: float, ports: Ports) -> Any:
    """Turns Stripe's clock on: renewals, tries to collect, debits and ends happen at their times."""
    return _answer(loopback.command(ports, ports.stripe, "POST", "/_standin/clock", json={"seconds": seconds}))


def order(ports: Ports, **order: Any) -> Any:
    """What the dashboard or the bank does to a subscription's latest payment."""
    given = {name: value for name, value in order.items() if value is not None}
    return _answer(loopback.command(ports, ports.stripe, "POST", "/_standin/orders", json=given))


def _answer(answer: Any) -> Any:
    if answer.status_code == 422:
        raise ModeRefused(
            "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in answer.json()["error"])
        )
    if answer.status_code in (400, 402, 404) and "error" in answer.json():
        raise ModeRefused(answer.json()["error"]["message"])
    if answer.status_code == 404:
        raise ModeRefused(f"this stand-in has nothing at {answer.request.url.path}")
    return answer.raise_for_status().json()
