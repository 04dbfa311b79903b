"""Agents written with care, as worked examples: files under `shared/prompts/examples/<name>`."""

from importlib import resources
from importlib.resources.abc import Traversable


def logic_of(name: str) -> str:
    return _folder().joinpath(name, "logic.py").read_text(encoding="utf-8")


def _folder() -> Traversable:
    return resources.files("shared.prompts").joinpath("examples")
