"""The Stripe stand-in: the API as the real SDK speaks it, hosted pages, and events that arrive as Stripe's do.

See `python -m local standin stripe`; the card numbers that work are on its payment page.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.standins.mode_switch import METHODS, PATH, ModeSwitch
from local.standins.stripe.api import answer
from local.standins.stripe.clock import pass_time
from local.standins.stripe.controls import Controls
from local.standins.stripe.delivery import Deliveries, Send
from local.standins.stripe.errors import StripeError
from local.standins.stripe.hosted import HostedPages
from local.standins.stripe.mode import NORMAL, OF_THE_API, ModeName
from local.standins.stripe.world import FILE, World

DELIVERY_SECONDS = 30.0
BROKEN = StripeError(500, "The stand-in was told to fail.", type="api_error")


def create_app(state_dir: Path, *, url: str = "", webhook: str | None = None, secret: str = "") -> Starlette:
    """`url` is where this application is reached; events go to `webhook`, signed with `secret`.

    Its `state.world` is all that it holds.
    """
    state_dir = Path(state_dir)
    state_dir.mkdir(parents=True, exist_ok=True)
    service = _Stripe(World(state_dir / FILE), url)
    deliveries = Deliveries(service.world, _sender(webhook), secret, lambda: service.modes.current)

    @asynccontextmanager
    async def delivering(_app: Starlette) -> AsyncIterator[None]:
        task = asyncio.create_task(deliveries.run(service.tick)) if webhook else None
        yield
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    app = Starlette(
        routes=[
            Route("/v1/{path:path}", service.api, methods=["GET", "POST", "DELETE"]),
            *HostedPages(service.world).routes(),
            *Controls(service.world).routes(),
            Route(PATH, service.modes.endpoint, methods=METHODS),
        ],
        lifespan=delivering,
    )
    app.state.world = service.world
    return app


class _Stripe:
    def __init__(self, world: World, url: str) -> None:
        self.world = world
        self.world.url = url
        self.modes = ModeSwitch(NORMAL)

    def tick(self) -> None:
        made = len(self.world.outbox)
        pass_time(self.world)
        if len(self.world.outbox) != made:
            self.world.save()

    async def api(self, request: Request) -> Response:
        mode = self.modes.for_answer(lambda mode: mode.mode in OF_THE_API)
        if mode.mode is ModeName.SLOW:
            await asyncio.sleep(mode.seconds)
        if mode.mode is ModeName.BROKEN:
            return JSONResponse(BROKEN.body, 500)
        body = (await request.body()).decode("utf-8", "replace")
        pass_time(self.world)
        given = answer(self.world, request.method, request.url.path, request.url.query, body, request.headers)
        if request.method != "GET":
            self.world.save()
        if mode.mode is ModeName.LOST_ANSWER:
            return JSONResponse(BROKEN.body, 500)
        return JSONResponse(given.body, given.status, headers=dict(given.headers))


def _sender(webhook: str | None) -> Send:
    async def send(body: bytes, signed: str) -> int:
        assert webhook is not None
        headers = {"content-type": "application/json", "stripe-signature": signed, "user-agent": "Stripe/1.0"}
        try:
            async with httpx2.AsyncClient(trust_env=False, timeout=DELIVERY_SECONDS) as client:
                return (await client.post(webhook, content=body, headers=headers)).status_code
        except httpx2.HTTPError:
            return 0

    return send
