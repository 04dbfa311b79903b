"""Events on their way to the webhook: signed as Stripe signs, tried again until they are answered with 2xx.

In the usual mode they leave a moment after what they tell of, in portions whose order is shuffled, one in five twice.
"""

import asyncio
import contextlib
import hmac
import json
import time
from collections.abc import Awaitable, Callable
from hashlib import sha256

from local.standins.stripe.mode import ModeName, StripeMode
from local.standins.stripe.world import World, shown

Send = Callable[[bytes, str], Awaitable[int]]
"""Body and signature to the webhook; its status, 0 if nobody answers."""

LINGER_SECONDS = 0.4
RETRY_SECONDS = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 60.0)
TICK_SECONDS = 0.2


def signature(body: bytes, secret: str, moment: int) -> str:
    signed = f"{moment}.".encode() + body
    return f"t={moment},v1={hmac.digest(secret.encode(), signed, sha256).hex()}"


class Deliveries:
    """`mode` is asked for each portion; `wait` is the clock of the pauses between them."""

    def __init__(
        self,
        world: World,
        send: Send,
        secret: str,
        mode: Callable[[], StripeMode],
        wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._world, self._send, self._secret = world, send, secret
        self._mode, self._wait = mode, wait
        self._tries: dict[str, int] = {}
        self._due: dict[str, float] = {}
        self.sent = 0

    async def run(self, tick: Callable[[], None]) -> None:
        """For ever; `tick` lets time pass before each portion."""
        while True:
            tick()
            with contextlib.suppress(Exception):
                await self.portion()
            await self._wait(TICK_SECONDS)

    async def portion(self) -> None:
        mode, now = self._mode(), time.monotonic()
        ready = [event for event in self._world.outbox if self._due.setdefault(event, now + _linger(mode)) <= now]
        for event_id in self._order(ready, mode):
            await self._deliver(event_id, mode)

    def _order(self, ready: list[str], mode: StripeMode) -> list[str]:
        random = self._world.random
        if mode.mode in (ModeName.OK, ModeName.REORDER):
            ready = random.sample(ready, len(ready))
        if mode.mode is ModeName.DUPLICATE:
            return [event for event in ready for _ in range(2)]
        twice = [event for event in ready if mode.mode is ModeName.OK and random.random() < 0.2]
        return ready + twice

    async def _deliver(self, event_id: str, mode: StripeMode) -> None:
        tries = self._tries[event_id] = self._tries.get(event_id, 0) + 1
        dropped = mode.mode is ModeName.DROP and tries == 1
        status = 0 if dropped else await self._send(*self._letter(event_id))
        if 200 <= status < 300:
            self.sent += 1
            self._forget(event_id)
        else:
            self._due[event_id] = time.monotonic() + RETRY_SECONDS[min(tries, len(RETRY_SECONDS)) - 1]

    def _letter(self, event_id: str) -> tuple[bytes, str]:
        body = json.dumps(shown(self._world.objects[event_id])).encode()
        return body, signature(body, self._secret, int(time.time()))

    def _forget(self, event_id: str) -> None:
        if event_id in self._world.outbox:
            self._world.outbox.remove(event_id)
            self._world.objects[event_id]["pending_webhooks"] = 0
            self._world.save()
        self._tries.pop(event_id, None)
        self._due.pop(event_id, None)


def _linger(mode: StripeMode) -> float:
    if mode.mode is ModeName.DELAY:
        return mode.seconds
    return 0.0 if mode.mode is ModeName.CALM else LINGER_SECONDS
