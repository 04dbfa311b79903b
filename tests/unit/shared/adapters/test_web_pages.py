"""The fetch adapter against the hostile host of the small web, and against resolvers that lie. Nothing leaves this
machine.
"""

import gzip
from collections.abc import Callable, Iterator, Sequence

import pytest
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from local.standins.web.app import create_app
from shared.adapters.pinned_http import RawResponse
from shared.adapters.web_pages import PublicWeb
from shared.runs.fetch_guard import FetchRefused, may_redirect
from shared.runs.performed_effects import FetchedPage, FetchFailed
from tests.fakes.served import served

LIMIT = 300_000


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(create_app(tmp_path_factory.mktemp("web"))) as found:
        yield found


@pytest.fixture
def web(address: str) -> PublicWeb:
    return PublicWeb(test_web_address=address, resolve=nothing_else)


def nothing_else(host: str, port: int) -> Sequence[str]:
    raise AssertionError(f"{host} must not be resolved")


def fetch(
    web: PublicWeb, url: str, *, hosts: Sequence[str] = ("hostile.test", "news.test"), seconds: float = 10
) -> FetchedPage:
    return web.fetch(url, may_visit=lambda to: may_redirect(to, hosts), max_bytes=LIMIT, seconds=seconds)


def test_a_page_is_fetched_as_text(web: PublicWeb) -> None:
    page = fetch(web, "http://news.test/posts/card-fees-fall")
    assert (page.status, page.content_type) == (200, "text/html")
    assert "Card fees fall" in page.text


@pytest.mark.parametrize("path", ["redirect-private", "redirect-loopback", "redirect-scheme"])
def test_a_redirect_to_where_nobody_may_go_is_refused(web: PublicWeb, path: str) -> None:
    with pytest.raises(FetchRefused):
        fetch(web, f"http://hostile.test/{path}")


def test_a_redirect_to_another_host_needs_that_host_to_be_allowed(web: PublicWeb) -> None:
    assert fetch(web, "http://hostile.test/redirect-ok").url == "http://news.test/"
    with pytest.raises(FetchRefused, match=r"news\.test"):
        fetch(web, "http://hostile.test/redirect-ok", hosts=["hostile.test"])


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("redirect-loop", "redirects"),
        ("big", "larger than"),
        ("endless", "larger than"),
        ("bomb", "larger than"),
        ("broken-gzip", "not properly compressed"),
        ("binary", "not a text"),
    ],
)
def test_what_is_too_much_or_no_text_is_not_taken(web: PublicWeb, path: str, reason: str) -> None:
    with pytest.raises(FetchFailed, match=reason):
        fetch(web, f"http://hostile.test/{path}")


@pytest.mark.parametrize("path", ["slow", "drip"])
def test_a_server_that_takes_its_time_is_cut_off(web: PublicWeb, path: str) -> None:
    with pytest.raises(FetchFailed, match="took too long"):
        fetch(web, f"http://hostile.test/{path}", seconds=1.2)


def test_errors_of_the_site_are_pages_too(web: PublicWeb) -> None:
    assert fetch(web, "http://hostile.test/not-found").status == 404
    assert fetch(web, "http://hostile.test/error").status == 500


def test_texts_are_decoded_by_what_they_say_they_are(web: PublicWeb) -> None:
    assert fetch(web, "http://hostile.test/latin1").text == "Größe: 5 µm"
    assert "caf" in fetch(web, "http://hostile.test/wrong-charset").text


def test_where_no_small_web_is_provided_a_test_host_is_resolved_like_any_other() -> None:
    def unknown(host: str, port: int) -> Sequence[str]:
        raise OSError(host)

    with pytest.raises(FetchFailed, match="not known"):
        fetch(PublicWeb(resolve=unknown), "http://news.test/")


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Where connections would have gone."""
    places: list[tuple[str, int]] = []

    def get(*, address: str, port: int, **_: object) -> RawResponse:
        places.append((address, port))
        return RawResponse(200, {"content-type": "text/plain"}, b"hello", True)

    monkeypatch.setattr("shared.adapters.web_pages.get", get)
    return places


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "169.254.169.254", "10.0.0.7", "::1", "::ffff:10.0.0.1", "fd00::1", "100.64.0.1"]
)
def test_a_name_that_leads_to_a_private_address_is_never_connected_to(
    connected: list[tuple[str, int]], address: str
) -> None:
    for answers in ([address], ["93.184.216.34", address]):
        with pytest.raises(FetchRefused, match="not public"):
            fetch(
                PublicWeb(resolve=lambda host, port, answers=answers: answers),
                "http://shop.example/",
                hosts=["shop.example"],
            )
    assert not connected


def test_the_name_is_resolved_once_and_the_connection_goes_to_the_address_that_was_checked(
    connected: list[tuple[str, int]],
) -> None:
    answers = iter([["93.184.216.34"], ["127.0.0.1"]])
    page = fetch(PublicWeb(resolve=lambda host, port: next(answers)), "https://shop.example/", hosts=["shop.example"])
    assert page.text == "hello"
    assert connected == [("93.184.216.34", 443)]


def test_every_redirect_is_resolved_and_checked_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    redirect = RawResponse(302, {"location": "/next"}, b"", True)
    monkeypatch.setattr("shared.adapters.web_pages.get", lambda **_: redirect)
    answers = iter([["93.184.216.34"], ["169.254.169.254"]])
    with pytest.raises(FetchRefused):
        fetch(PublicWeb(resolve=lambda host, port: next(answers)), "http://shop.example/", hosts=["shop.example"])


def answering(body: bytes, headers: dict[str, str]) -> Starlette:
    async def answer(request: object) -> Response:
        return Response(body, headers={"content-type": "text/plain", **headers})

    return Starlette(routes=[Route("/", answer)])


def page_from(body: bytes, headers: dict[str, str]) -> Callable[[], FetchedPage]:
    def fetched() -> FetchedPage:
        with served(answering(body, headers)) as place:
            return fetch(PublicWeb(test_web_address=place), "http://news.test/")

    return fetched


def test_a_compressed_page_counts_by_what_it_unpacks_to() -> None:
    page = page_from(gzip.compress(b"a" * 250_000), {"content-encoding": "gzip"})()
    assert page.size == 250_000


def test_an_encoding_that_was_not_asked_for_is_refused() -> None:
    with pytest.raises(FetchFailed, match="not asked for"):
        page_from(b"...", {"content-encoding": "br"})()
