"""The agents' image repository: the OCI distribution protocol by plain HTTP, with ECR's credentials."""

from collections.abc import Mapping
from dataclasses import dataclass


class RegistryUnavailable(Exception):
    """The registry did not answer, or asked to slow down. Worth a retry."""


class ImageNotFound(Exception):
    """No such image in the repository: for the base image, it has not been made yet."""


@dataclass(frozen=True)
class PushedImage:
    """`digest` is `sha256:…` of the manifest; `uri` is what a task definition names: `<host>/<repository>@<digest>`."""

    digest: str
    uri: str
    uploaded_bytes: int


class ImageRegistry:
    def __init__(self, *, repository: str, registry_url: str | None = None) -> None:
        """`registry_url` (setting AGENT_REGISTRY_URL) overrides the address that ECR's authorization token names."""
        self._repository = repository
        self._registry_url = registry_url

    def append_and_push(self, files: Mapping[str, bytes], *, base: str = "base") -> PushedImage:
        """Appends one layer with `files` (names relative to /app) to the image tagged `base` and pushes it by digest.

        The same base and files give the same digest, byte for byte. Raises RegistryUnavailable, or ImageNotFound for the base.
        """
        raise NotImplementedError
