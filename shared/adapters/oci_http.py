"""One repository of an OCI registry, by the distribution protocol over HTTP alone. Does not depend on ECR."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

import urllib3

from shared.builds.image_layers import (
    DOCKER_INDEX_TYPE,
    DOCKER_MANIFEST_TYPE,
    INDEX_TYPE,
    MANIFEST_TYPE,
    compute_digest,
)

MANIFEST_TYPES = ", ".join((MANIFEST_TYPE, DOCKER_MANIFEST_TYPE, INDEX_TYPE, DOCKER_INDEX_TYPE))
MAX_MANIFEST_BYTES = 4_000_000
MAX_BLOB_BYTES = 400_000_000


class RegistryUnavailable(Exception):
    """The registry did not answer, or throttled us. Worth a retry."""


class RegistryRefused(Exception):
    """The registry refused the request; a retry changes nothing."""


class ImageNotFound(Exception):
    """The repository does not have the image. For the base image it means that it has not been made yet."""


class OciRepository:
    """`authorization` is the value of that header, or empty. Content that is read by digest is checked against the
    digest.
    """

    def __init__(
        self, url: str, repository: str, authorization: str = "", http: urllib3.PoolManager | None = None
    ) -> None:
        self._base = f"{url.rstrip('/')}/v2/{repository}/"
        self._headers = {"Authorization": authorization} if authorization else {}
        self._http = http or urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(connect=3, read=60))

    def manifest(self, reference: str) -> bytes:
        """The manifest with this digest or tag; an index if the registry holds one."""
        data = self._get(f"manifests/{reference}", {"Accept": MANIFEST_TYPES}, MAX_MANIFEST_BYTES)
        return _verify(data, reference)

    def has_manifest(self, reference: str) -> bool:
        return self._exists(f"manifests/{reference}", {"Accept": MANIFEST_TYPES})

    def blob(self, digest: str) -> bytes:
        return _verify(self._get(f"blobs/{digest}", {}, MAX_BLOB_BYTES), digest)

    def has_blob(self, digest: str) -> bool:
        return self._exists(f"blobs/{digest}", {})

    def put_blob(self, data: bytes) -> int:
        """Upload the blob unless the registry has it. Returns the number of bytes sent."""
        digest = compute_digest(data)
        if self.has_blob(digest):
            return 0
        started = self._send("POST", "blobs/uploads/", b"", {})
        where = self._read_location(started)
        if data:
            sent = self._send("PATCH", where, data, {"Content-Type": "application/octet-stream"})
            where = self._read_location(sent)
        self._send("PUT", f"{where}{'&' if '?' in where else '?'}digest={digest}", b"", {})
        return len(data)

    def put_manifest(self, data: bytes, reference: str) -> None:
        self._send("PUT", f"manifests/{reference}", data, {"Content-Type": json.loads(data)["mediaType"]})

    def _read_location(self, response: urllib3.BaseHTTPResponse) -> str:
        return urljoin(self._base, response.headers.get("Location", ""))

    def _get(self, path: str, headers: Mapping[str, str], limit: int) -> bytes:
        response = self._send("GET", path, None, headers, preload=False)
        try:
            data = response.read(limit + 1)
        except urllib3.exceptions.HTTPError as wrong:
            raise RegistryUnavailable(f"the registry broke off: {wrong}") from wrong
        finally:
            response.release_conn()
        if len(data) > limit:
            raise RegistryRefused(f"{path} is larger than {limit} bytes")
        return data

    def _exists(self, path: str, headers: Mapping[str, str]) -> bool:
        try:
            self._send("HEAD", path, None, headers)
        except ImageNotFound:
            return False
        return True

    def _send(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str], *, preload: bool = True
    ) -> urllib3.BaseHTTPResponse:
        """Send a request. Reads follow redirects (from ECR to S3), but without the credentials."""
        url = urljoin(self._base, path)
        try:
            response = self._http.request(
                method,
                url,
                body=body,
                headers={**self._headers, **headers},
                preload_content=preload,
                retries=urllib3.Retry(total=3, connect=0, read=0, status=0, other=0, redirect=3),
            )
        except urllib3.exceptions.HTTPError as wrong:
            raise RegistryUnavailable(f"the registry does not answer: {wrong}") from wrong
        _raise_for(response, method, path)
        return response


def _raise_for(response: urllib3.BaseHTTPResponse, method: str, path: str) -> None:
    status = response.status
    if status < 400:
        return
    detail = "" if method == "HEAD" else _describe_error(response)
    response.release_conn()
    if status == 404:
        raise ImageNotFound(f"{path}: not in the repository {detail}".strip())
    if status == 429 or status >= 500:
        raise RegistryUnavailable(f"the registry answered {status} to {method} {path} {detail}".strip())
    raise RegistryRefused(f"the registry answered {status} to {method} {path} {detail}".strip())


def _describe_error(response: urllib3.BaseHTTPResponse) -> str:
    try:
        read: Any = json.loads(response.read(2_000) if response.length_remaining else response.data[:2_000])
        return f"({read['errors'][0]['code']}: {read['errors'][0].get('message', '')})"
    except (ValueError, KeyError, IndexError, TypeError):
        return ""


def _verify(data: bytes, reference: str) -> bytes:
    if reference.startswith("sha256:") and compute_digest(data) != reference:
        raise RegistryRefused(f"the registry sent other bytes than {reference}")
    return data
