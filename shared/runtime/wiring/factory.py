"""Wiring of the factory: the linters of agents' code, and the registry of their images."""

from functools import cache
from typing import TYPE_CHECKING

from shared.runtime.settings import settings

if TYPE_CHECKING:
    from shared.adapters.code_linters import CodeLinters
    from shared.adapters.image_registry import ImageRegistry


@cache
def code_linters() -> "CodeLinters":
    from shared.adapters.code_linters import CodeLinters

    return CodeLinters()


@cache
def image_registry() -> "ImageRegistry":
    from shared.adapters.aws_clients import ecr
    from shared.adapters.image_registry import ImageRegistry

    return ImageRegistry(ecr=ecr(), repository=settings().agent_repository, registry_url=settings().agent_registry_url)
