"""The AWS endpoint and the front door in one process: which listener a request came to decides."""

from local.emulator.asgi import App, Receive, Scope, Send


class ByPort:
    """One application per listener."""

    def __init__(self, aws: App, front_door: App, front_door_port: int) -> None:
        self._aws = aws
        self._front_door = front_door
        self._front_door_port = front_door_port

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        server = scope.get("server")
        is_front = scope["type"] != "lifespan" and server is not None and server[1] == self._front_door_port
        await (self._front_door if is_front else self._aws)(scope, receive, send)
