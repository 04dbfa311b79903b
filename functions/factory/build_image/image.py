"""Code bundle → image: one deterministic layer on the agents' base image. A bundle always gives the same digest."""

from collections.abc import Mapping
from typing import Any, Protocol, cast

from shared.adapters.artifacts import Artifacts
from shared.adapters.image_registry import PushedImage
from shared.builds.build import Build, Next

BUNDLE = frozenset({"agent.py", "logic.py", "spec.json"})


class BundleInvalid(Exception):
    """The code bundle does not have the form that generate_code writes, so nothing is built from it."""


class Registry(Protocol):
    def append_and_push(self, files: Mapping[str, bytes], *, base: str = "base") -> PushedImage: ...


def build_image(build: Build, *, artifacts: Artifacts, registry: Registry) -> tuple[Build, PushedImage]:
    """Build and push the image. A repetition pushes nothing new. Raises BundleInvalid, RegistryUnavailable (worth a
    retry), ImageNotFound.
    """
    if build.code_key is None:
        raise BundleInvalid("the build has no code yet")
    image = registry.append_and_push(_read_bundle(artifacts.get_json(build.code_key), build.code_key))
    return build.advance(Next.TEST_AGENT, image_digest=image.digest, base_digest=image.base_digest), image


def _read_bundle(document: Any, key: str) -> dict[str, bytes]:
    texts = cast("dict[str, Any]", document) if isinstance(document, dict) else {}
    if texts.keys() != BUNDLE or not all(isinstance(text, str) for text in texts.values()):
        raise BundleInvalid(f"{key} must hold the texts of exactly {', '.join(sorted(BUNDLE))}")
    return {name: texts[name].encode() for name in sorted(BUNDLE)}
