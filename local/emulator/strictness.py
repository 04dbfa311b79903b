"""What AWS may do at any time and an emulator never does by itself: deliver twice, refuse a transaction.

`PUT /_mam/strictness` on the AWS endpoint changes it while the system runs; `GET` shows it.
"""

import json
import threading
from dataclasses import asdict, dataclass, fields

from local.emulator.asgi import App, Receive, Scope, Send, respond_json

PATH = "/_mam/strictness"


@dataclass
class Strictness:
    """`duplicate_every`: of so many deliveries by a queue, a stream, a schedule or a rule one comes twice (0: none).

    `transaction_milliseconds`: how long a DynamoDB transaction holds its items; what meets them meanwhile conflicts.
    """

    duplicate_every: int = 10
    transaction_milliseconds: float = 2.0

    def change(self, values: dict[str, object]) -> None:
        known = {field.name: field.type for field in fields(self)}
        for name, value in values.items():
            if name not in known or not isinstance(value, int | float) or value < 0:
                raise ValueError(f"{name!r} must be one of {sorted(known)}, not negative")
        for name, value in values.items():
            setattr(self, name, value)


class Duplicates:
    """Decides which delivery comes twice: every n-th of each source, so that a test can count on it."""

    def __init__(self, strictness: Strictness) -> None:
        self._strictness = strictness
        self._counts: dict[str, int] = {}
        self._lock = threading.Lock()

    def due(self, source: str) -> bool:
        every = int(self._strictness.duplicate_every)
        if every == 0:
            return False
        with self._lock:
            self._counts[source] = self._counts.get(source, 0) + 1
            return self._counts[source] % every == 0


class StrictnessEndpoint:
    def __init__(self, app: App, strictness: Strictness) -> None:
        self._app = app
        self._strictness = strictness

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != PATH:
            await self._app(scope, receive, send)
            return
        if scope["method"] == "PUT":
            body = (await receive()).get("body", b"")
            try:
                self._strictness.change(json.loads(body))
            except (ValueError, AttributeError) as error:
                await respond_json(send, 400, {"message": str(error)})
                return
        await respond_json(send, 200, asdict(self._strictness))
