"""Puts checkpoints between MiniStack and its server: loads at startup, writes while it runs, once more at shutdown."""

import asyncio

from ministack import app as ministack_app
from ministack.core import persistence
from ministack.services import lambda_svc

from local.emulator import persisted, retention, settings
from local.emulator.asgi import App, Message, Receive, Scope, Send
from local.emulator.checkpoints import Checkpoints
from local.emulator.patches import surviving_executions
from local.emulator.recovery import newest_whole
from local.state import StateDir

_READING = ("Get", "Describe", "List", "Query", "Scan", "BatchGet", "Head")


class Persistence:
    """Wraps MiniStack's application."""

    def __init__(self, app: App, state: StateDir) -> None:
        self._app = app
        self._trimming: asyncio.Task[None] | None = None
        blobs = persisted.Blobs(state.aws / "blobs")
        persisted.resolve_references(blobs)
        root = settings.checkpoint_root(state)
        # A checkpoint may miss functions that an older one still refers to; one folder serves them all.
        lambda_svc._prune_orphan_code_blobs = lambda _referenced: None
        self.checkpoints = Checkpoints(root, lambda folder: persisted.save(_services(), folder, blobs))
        chosen = newest_whole(self.checkpoints.complete(), lambda each: persisted.flaw(each, blobs))
        persistence.STATE_DIR = str(chosen or root / "none-yet")
        ministack_app._load_persisted_state = _load
        blobs.keep_only(persisted.references(self.checkpoints.complete()))
        ministack_app.save_all = lambda _services: self.checkpoints.finish()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, self._starting_after_load(send))
            return
        changes = scope["type"] == "http" and not _only_reads(scope)
        try:
            await self._app(scope, receive, send)
        finally:
            # Afterwards: a checkpoint taken during the request may not hold its change yet.
            if changes:
                self.checkpoints.touch()

    def _starting_after_load(self, send: Send) -> Send:
        async def told(message: Message) -> None:
            if message["type"] == "lifespan.startup.complete":
                self.checkpoints.start()
                surviving_executions.resume()
                self._trimming = asyncio.create_task(retention.keep_trimming())
            await send(message)

        return told


def _load() -> None:
    persisted.load_all(
        ministack_app._state_map, lambda module, state: ministack_app._get_module(module).load_persisted_state(state)
    )


def _services() -> dict[str, persisted.GetState]:
    return ministack_app._build_persistence_save_dict()


def _only_reads(scope: Scope) -> bool:
    if scope["method"] in ("GET", "HEAD"):
        return not scope["path"].startswith("/_aws/execute-api/")
    target = next((value for name, value in scope["headers"] if name == b"x-amz-target"), b"").decode("latin-1")
    return target.rpartition(".")[2].startswith(_READING)
