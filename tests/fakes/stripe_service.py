"""Stripe for tests: the stand-in without a socket, asked by the real SDK."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import stripe

from local.standins.stripe.api import answer
from local.standins.stripe.clock import pass_time
from local.standins.stripe.world import World
from shared.adapters.stripe_payments import StripePayments
from tests.fakes.crashes import Writing

KEY = "sk_test_" + "0" * 24
Refuse = Callable[[str, str], int | None]


class InProcess(stripe.HTTPClient):
    """What the SDK sends goes to the stand-in's own function. `calls` are method and path of each request.

    `writing` is held around each request that changes something; `broken` tells the status of a failure, if there is
    to be one; `meanwhile` happens while the answer to a question is on its way.
    """

    name = "in-process"

    def __init__(self, world: World, writing: Writing | None = None) -> None:
        super().__init__()
        self.world = world
        self.calls: list[str] = []
        self.broken: Refuse = lambda _method, _path: None
        self.meanwhile: Callable[[], None] = lambda: None
        self._writing = writing

    def request(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None, **_more: Any
    ) -> tuple[str, int, dict[str, str]]:
        method, address = method.upper(), urlsplit(url)
        self.calls.append(f"{method} {address.path}")
        failure = self.broken(method, address.path)
        if failure is not None:
            return '{"error": {"type": "api_error", "message": "broken"}}', failure, {}
        if method == "GET":
            given = self._answered(method, address.path, address.query, headers, post_data)
            self.meanwhile()
            return given
        if self._writing is None:
            return self._answered(method, address.path, address.query, headers, post_data)
        with self._writing(f"{method} {address.path}"):
            return self._answered(method, address.path, address.query, headers, post_data)

    def _answered(
        self, method: str, path: str, query: str, headers: Mapping[str, str] | None, post_data: Any
    ) -> tuple[str, int, dict[str, str]]:
        pass_time(self.world)
        lower = {name.lower(): value for name, value in (headers or {}).items()}
        given = answer(self.world, method, path, query, post_data or "", lower)
        return given.text, given.status, dict(given.headers)

    def _sleep_time_seconds(self, *_arguments: Any, **_more: Any) -> float:
        return 0.0

    def close(self) -> None:
        pass


def stripe_payments(world: World, writing: Writing | None = None) -> tuple[StripePayments, InProcess]:
    client = InProcess(world, writing)
    return StripePayments(KEY, "http://stripe.test", http_client=client), client
