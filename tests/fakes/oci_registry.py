"""A registry that keeps images in memory and speaks the distribution protocol, with ECR's habits on request."""

import hashlib
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any


class FakeRegistry:
    """`requests` lists what was asked. `status` answers everything with it; `broken` maps a digest to other bytes.

    With `immutable` a tag is refused that is there already, even for the image that has it.
    """

    def __init__(
        self, *, authorization: str = "", absolute_locations: bool = False, redirect_blobs: bool = False
    ) -> None:
        self.blobs: dict[str, bytes] = {}
        self.manifests: dict[str, bytes] = {}
        self.tags: dict[str, str] = {}
        self.requests: list[str] = []
        self.redirected: list[dict[str, str]] = []
        self.status = 0
        self.immutable = False
        self.broken: dict[str, bytes] = {}
        self.authorization = authorization
        self.absolute_locations = absolute_locations
        self.redirect_blobs = redirect_blobs
        self.uploads: dict[str, bytes] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._elsewhere = ThreadingHTTPServer(("127.0.0.1", 0), _storage(self))
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.storage_url = f"http://localhost:{self._elsewhere.server_port}"

    def __enter__(self) -> "FakeRegistry":
        for server in (self._server, self._elsewhere):
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in (self._server, self._elsewhere):
            server.shutdown()
            server.server_close()

    def put_blob(self, data: bytes) -> str:
        self.blobs[digest(data)] = data
        return digest(data)

    def put_manifest(self, manifest: dict[str, Any], tag: str = "") -> str:
        data = json.dumps(manifest).encode()
        self.manifests[digest(data)] = data
        if tag:
            self.tags[tag] = digest(data)
        return digest(data)

    def find(self, path: str) -> bytes | None:
        kind, _, reference = path.split("/v2/", 1)[1].split("/", 1)[1].partition("/")
        if reference in self.broken:
            return self.broken[reference]
        if kind == "blobs":
            return self.blobs.get(reference)
        return self.manifests.get(self.tags.get(reference, reference))


def digest(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def _handler(registry: FakeRegistry) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            registry.requests.append(f"{self.command} {self.path.partition('?')[0]}")
            if registry.status:
                return self.answer(
                    registry.status, b'{"errors": [{"code": "TOOMANYREQUESTS", "message": "slow down"}]}'
                )
            if registry.authorization and self.headers.get("Authorization") != registry.authorization:
                return self.answer(401, b'{"errors": [{"code": "UNAUTHORIZED"}]}')
            if self.command in {"GET", "HEAD"}:
                return self.read()
            return self.write(body)

        do_GET = do_HEAD = do_POST = do_PATCH = do_PUT = handle_any

        def read(self) -> None:
            data = registry.find(self.path)
            if data is None:
                return self.answer(404, b'{"errors": [{"code": "NAME_UNKNOWN", "message": "not here"}]}')
            if registry.redirect_blobs and "/blobs/" in self.path and self.command == "GET":
                return self.answer(307, b"", {"Location": f"{registry.storage_url}{self.path}"})
            return self.answer(200, data)

        def write(self, body: bytes) -> None:
            path, _, query = self.path.partition("?")
            base = registry.url if registry.absolute_locations else ""
            if self.command == "POST":
                number = f"upload-{len(registry.uploads)}"
                registry.uploads[number] = b""
                return self.answer(202, b"", {"Location": f"{base}/v2/agents/blobs/uploads/{number}?state=1"})
            if match := re.search(r"/blobs/uploads/(upload-\d+)$", path):
                registry.uploads[match[1]] += body
                if self.command == "PATCH":
                    return self.answer(202, b"", {"Location": f"{base}{path}?state=2"})
                wanted = query.partition("digest=")[2]
                if digest(registry.uploads[match[1]]) != wanted:
                    return self.answer(400, b'{"errors": [{"code": "DIGEST_INVALID", "message": "not that"}]}')
                registry.put_blob(registry.uploads[match[1]])
                return self.answer(201, b"")
            return self.write_manifest(path.rpartition("/")[2], body)

        def write_manifest(self, reference: str, body: bytes) -> None:
            manifest = json.loads(body)
            named = [manifest["config"]["digest"], *(one["digest"] for one in manifest["layers"])]
            if any(one not in registry.blobs for one in named):
                return self.answer(400, b'{"errors": [{"code": "MANIFEST_BLOB_UNKNOWN", "message": "push it first"}]}')
            if registry.immutable and reference in registry.tags:
                return self.answer(400, b'{"errors": [{"code": "TAG_INVALID", "message": "it cannot be overwritten"}]}')
            registry.manifests[digest(body)] = body
            if not reference.startswith("sha256:"):
                registry.tags[reference] = digest(body)
            return self.answer(201, b"")

        def answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    return Handler


def _storage(registry: FakeRegistry) -> type[BaseHTTPRequestHandler]:
    """Another host, which must not see the credentials."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            registry.redirected.append(dict(self.headers))
            data = registry.find(self.path) or b""
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    return Handler
