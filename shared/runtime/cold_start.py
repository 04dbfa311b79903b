"""What a function does once in its life: Lambda gives INIT a full CPU, but a request only the share its memory buys."""

from importlib import import_module


def load_adapters(*names: str) -> None:
    """Import modules of `shared.adapters` from a handler's own module, in INIT.

    `wiring` loads an adapter on its first use, which suits who needs few of them and starts while somebody waits. A
    function that asks the model needs all of its own on every call, and they take seconds on a share of a CPU.
    """
    for name in names:
        import_module(f"shared.adapters.{name}")
