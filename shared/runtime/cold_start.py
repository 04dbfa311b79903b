"""Loading in INIT: there Lambda gives a function a full CPU, but a request gets only the share that its memory buys."""

from importlib import import_module


def load_adapters(*names: str) -> None:
    """Import modules of `shared.adapters` from a handler's own module, in INIT.

    `wiring` loads an adapter on its first use. This suits a function that needs few adapters and starts while a caller
    waits. A function that asks the model needs all its adapters on every call, and on a share of a CPU loading them
    takes seconds.
    """
    for name in names:
        import_module(f"shared.adapters.{name}")
