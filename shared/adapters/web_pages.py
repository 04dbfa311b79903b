"""The public web, fetched for an untrusted agent. Every address on the way is checked, and the connection goes to the
address that was checked.

Hosts under `.test` do not exist. If a small test web is provided, requests for them go there after all other checks.
"""

import socket
import threading
import time
import zlib
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from shared.adapters.pinned_http import RawResponse, RequestFailed, get
from shared.runs.allowance import read_url_host
from shared.runs.fetch_guard import FetchRefused, refuse_private
from shared.runs.performed_effects import FetchedPage, FetchFailed

MAX_PAGE_BYTES = 1_000_000
MAX_REDIRECTS = 4
RESOLVE_SECONDS = 3.0
REDIRECTS = {301, 302, 303, 307, 308}
TEXTS = (
    "text/",
    "application/json",
    "application/xml",
    "application/xhtml+xml",
    "application/rss+xml",
    "application/atom+xml",
)
HEADERS = {
    "User-Agent": "mam-agent/1 (+fetches one page for a person who asked for it)",
    "Accept": "text/html, application/json, text/*;q=0.9, application/xml;q=0.8",
    "Accept-Encoding": "gzip, identity",
    "Connection": "close",
}
TEST_SUFFIX = ".test"

Resolve = Callable[[str, int], Sequence[str]]


@dataclass(frozen=True)
class Destination:
    """`login` is the value of a proxy's authorization header; empty for the public web."""

    address: str
    port: int
    login: str = ""

    def headers(self) -> dict[str, str]:
        return {"Proxy-Authorization": self.login} if self.login else {}


class PublicWeb:
    """Implements `shared.runs.performed_effects.WebPages`. `resolve` gives every address of a name."""

    def __init__(self, *, test_web_address: str | None = None, resolve: Resolve | None = None) -> None:
        self._test_web = _place(test_web_address) if test_web_address else None
        self._resolve = resolve or resolve_name

    def fetch(self, url: str, *, may_visit: Callable[[str], bool], max_bytes: int, seconds: float) -> FetchedPage:
        limit = min(max_bytes, MAX_PAGE_BYTES)
        ends_at = time.monotonic() + seconds
        for _ in range(MAX_REDIRECTS + 1):
            host = read_url_host(url)
            if host is None or not may_visit(url):
                raise FetchRefused(f"{host or 'this address'} is not among the hosts that may be fetched")
            response = self._get(url, host, limit, ends_at)
            onward = response.headers.get("location")
            if response.status not in REDIRECTS or onward is None:
                return read_page(url, response, limit)
            url = urljoin(url, onward.strip())
        raise FetchFailed(f"more than {MAX_REDIRECTS} redirects")

    def _get(self, url: str, host: str, limit: int, ends_at: float) -> RawResponse:
        parts = urlsplit(url)
        place = self._place_of(host, parts.scheme)
        target = urlunsplit(
            ("", "", quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._"), _quote_query(parts.query), "")
        )
        left = ends_at - time.monotonic()
        if left <= 0:
            raise FetchFailed("took too long")
        try:
            return get(
                scheme=parts.scheme,
                host=host,
                address=place.address,
                port=place.port,
                target=target,
                headers={**HEADERS, "Host": host, **place.headers()},
                max_bytes=limit,
                seconds=left,
            )
        except RequestFailed as error:
            raise FetchFailed(f"{host}: {error}") from error

    def _place_of(self, host: str, scheme: str) -> Destination:
        """Resolve the host once and check every address. The connection goes to the first one."""
        if self._test_web is not None and host.endswith(TEST_SUFFIX):
            return self._test_web
        port = 443 if scheme == "https" else 80
        try:
            addresses = self._resolve(host, port)
        except OSError as error:
            raise FetchFailed(f"{host} is not known") from error
        return Destination(refuse_private(host, addresses)[0], port)


def read_page(url: str, response: RawResponse, limit: int) -> FetchedPage:
    content_type = response.headers.get("content-type", "").split(";")[0].strip().lower()
    if not content_type.startswith(TEXTS) and not content_type.endswith(("+json", "+xml")):
        raise FetchFailed(f"{content_type or 'content of no stated type'} is not a text")
    body = _decode(response, limit)
    return FetchedPage(
        url, response.status, content_type, body.decode(_read_charset(response), errors="replace"), len(body)
    )


def _decode(response: RawResponse, limit: int) -> bytes:
    """The decompressed body, of at most `limit` bytes. Unpacking stops there, so a decompression bomb does no harm."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding in ("", "identity"):
        if not response.complete:
            raise FetchFailed(f"the page is larger than {limit} bytes")
        return response.body
    if encoding not in ("gzip", "x-gzip"):
        raise FetchFailed(f"the encoding {encoding[:20]} was not asked for")
    unpacking = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    try:
        body = unpacking.decompress(response.body, limit + 1)
    except zlib.error as error:
        raise FetchFailed("the page is not properly compressed") from error
    if len(body) > limit or not response.complete:
        raise FetchFailed(f"the page is larger than {limit} bytes")
    return body


def _read_charset(response: RawResponse) -> str:
    _, _, parameter = response.headers.get("content-type", "").lower().partition("charset=")
    name = parameter.split(";")[0].strip().strip("\"'")
    try:
        "".encode(name or "utf-8")
    except (LookupError, ValueError):
        return "utf-8"
    return name if name and _is_text_codec(name) else "utf-8"


def _is_text_codec(name: str) -> bool:
    """Whether the codec is a text encoding. `hex`, `zip`, `rot13` … are codecs, too, but not text encodings."""
    import codecs

    return getattr(codecs.lookup(name), "_is_text_encoding", True)


def _quote_query(query: str) -> str:
    return quote(query, safe="/%:@!$&'()*+,;=~-._?")


def _place(address: str) -> Destination:
    """Read `host:port` or `name:password@host:port`."""
    login, _, place = address.rpartition("@")
    host, _, port = place.rpartition(":")
    return Destination(host, int(port), f"Basic {b64encode(login.encode()).decode()}" if login else "")


def resolve_name(host: str, port: int) -> Sequence[str]:
    """All addresses of a name, within a time limit, which the system's resolver does not have."""
    found: list[str] = []
    failed: list[OSError] = []

    def look_up() -> None:
        try:
            found.extend(str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except OSError as error:
            failed.append(error)

    worker = threading.Thread(target=look_up, daemon=True)
    worker.start()
    worker.join(RESOLVE_SECONDS)
    if failed:
        raise failed[0]
    if worker.is_alive():
        raise TimeoutError(f"resolving {host} took too long")
    return found
