"""The agents' image repository in ECR: appends an agent's files to the base image and pushes the result by digest."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from shared.adapters.oci_http import ImageNotFound, OciRepository, RegistryRefused, RegistryUnavailable
from shared.builds.image_layers import Image, append, compute_digest, make_code_layer, read_config

if TYPE_CHECKING:
    from mypy_boto3_ecr.client import ECRClient

BASE_TAG = "base"
_TOKEN_SECONDS = 6 * 3600


@dataclass(frozen=True)
class PushedImage:
    """`digest` is `sha256:…` of the manifest; `uri` is what a task definition names: `<host>/<repository>@<digest>`.

    `base_digest` is the digest of the image below, if the image was appended to one.
    """

    digest: str
    uri: str
    uploaded_bytes: int
    base_digest: str | None = None


class ImageRegistry:
    def __init__(self, *, repository: str, registry_url: str | None = None, ecr: "ECRClient | None" = None) -> None:
        """`registry_url` (setting AGENT_REGISTRY_URL) overrides the address that ECR's authorization token names."""
        self._name = repository
        self._registry_url = registry_url
        self._ecr = ecr
        self._host = ""
        self._opened: OciRepository | None = None
        self._opened_at = 0.0

    def append_and_push(self, files: Mapping[str, bytes], *, base: str = BASE_TAG) -> PushedImage:
        """Appends one layer with `files` (names relative to /app) to the image tagged `base` and pushes it by digest.

        The same base and files give the same digest, byte for byte. Raises RegistryUnavailable, or ImageNotFound for
        the base.
        """
        repository = self.repository()
        base_manifest = repository.manifest(base)
        base_config = repository.blob(read_config(base_manifest)["digest"])
        pushed = self.push(append(base_manifest, base_config, [make_code_layer(files)]))
        return replace(pushed, base_digest=compute_digest(base_manifest))

    def push(self, image: Image, *, tags: tuple[str, ...] = ()) -> PushedImage:
        """Upload everything that the registry lacks. The layers below `image.layers` must be there already."""
        repository = self.repository()
        digest = image.manifest.digest
        sent = 0
        if not repository.has_manifest(digest):
            for blob in (*(layer.blob for layer in image.layers), image.config):
                sent += repository.put_blob(blob.data)
            repository.put_manifest(image.manifest.data, digest)
        for tag in tags:
            repository.put_manifest(image.manifest.data, tag)
        return PushedImage(digest=digest, uri=self.uri(digest), uploaded_bytes=sent)

    def keep(self, digest: str, tag: str) -> None:
        """Tag the image with that digest, because untagged images expire. Repeating it is harmless.

        ECR refuses an existing tag even for the same image, so the tag is looked up first. Raises ImageNotFound,
        RegistryUnavailable, or RegistryRefused if another image has the tag.
        """
        repository = self.repository()
        held = _find_tagged(repository, tag)
        if held is None:
            try:
                repository.put_manifest(repository.manifest(digest), tag)
            except RegistryRefused:
                held = _find_tagged(repository, tag)
                if held is None:
                    raise
        if held not in {None, digest}:
            raise RegistryRefused(f"the tag {tag} is that of {held}, not of {digest}")

    def scan(self, tag: str) -> str:
        """Start a scan for flaws that became known since the image was pushed. Returns "started", or why not.

        The registry scans an image at most once a day, and reports its findings by an event.
        """
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            self._connect().start_image_scan(repositoryName=self._name, imageId={"imageTag": tag})
        except ClientError as refused:
            return refused.response.get("Error", {}).get("Code", "ClientError")
        except BotoCoreError as unreachable:
            return type(unreachable).__name__
        return "started"

    def uri(self, digest: str) -> str:
        self.repository()
        return f"{self._host}/{self._name}@{digest}"

    def repository(self) -> OciRepository:
        """The repository, with credentials that stay valid for hours."""
        if self._opened is None or time.monotonic() - self._opened_at > _TOKEN_SECONDS:
            self._opened = self._open()
            self._opened_at = time.monotonic()
        return self._opened

    def _open(self) -> OciRepository:
        token = self._fetch_token()
        self._host = urlsplit(token["proxyEndpoint"]).netloc
        url = self._registry_url or token["proxyEndpoint"]
        return OciRepository(url, self._name, f"Basic {token['authorizationToken']}")

    def _connect(self) -> "ECRClient":
        import boto3

        return self._ecr or boto3.client("ecr")  # pyright: ignore[reportUnknownMemberType]

    def _fetch_token(self) -> dict[str, str]:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            data = self._connect().get_authorization_token()["authorizationData"][0]
        except (BotoCoreError, ClientError) as wrong:
            raise RegistryUnavailable(f"no authorization for the image registry: {wrong}") from wrong
        return {
            "authorizationToken": data.get("authorizationToken", ""),
            "proxyEndpoint": data.get("proxyEndpoint", ""),
        }


def _find_tagged(repository: OciRepository, tag: str) -> str | None:
    """The digest of the image with this tag."""
    try:
        return compute_digest(repository.manifest(tag))
    except ImageNotFound:
        return None
