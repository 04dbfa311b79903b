"""Who is let in at each listener: the proof that the real service's SDK sends, or the token of our own programs."""

import hmac
from collections.abc import Callable

from local.access.aws_signature import is_signed
from local.access.credentials import CONTROL_HEADER, Credentials, basic
from local.access.gate import Call, Gate, own_hosts
from local.emulator.asgi import App

OWN_PATHS = ("/_standin/", "/_mam/", "/_ministack/")
"""Served to our own programs only, wherever they are."""
PAGES = ("/c/pay/", "/p/session/")
"""Of Stripe, for the browsers of customers."""


def aws_gate(app: App, port: int, credentials: Credentials) -> Gate:
    """AWS's endpoint: signed requests, and the image registry with ECR's token."""
    registry = basic(("AWS", credentials.registry_password))

    def admits(call: Call) -> bool:
        at_registry = call.path == "/v2" or call.path.startswith("/v2/")
        return at_registry and _same(call.headers.get("authorization"), registry)

    return _gate(app, port, credentials, admits, signed=True)


def signed_gate(app: App, port: int, credentials: Credentials) -> Gate:
    """ECS, and the search engine, which on AWS is asked with signed requests, too."""
    return _gate(app, port, credentials, _nobody, signed=True)


def control_gate(app: App, port: int, credentials: Credentials) -> Gate:
    """For what only our own programs use."""
    return _gate(app, port, credentials, _nobody)


def claude_gate(app: App, port: int, credentials: Credentials) -> Gate:
    """The API key, in either of the headers in which the SDK has sent it over its versions."""
    key = credentials.claude_key

    def admits(call: Call) -> bool:
        return _same(call.headers.get("x-api-key"), key) or _same(call.headers.get("authorization"), f"Bearer {key}")

    return _gate(app, port, credentials, admits)


def reddit_gate(app: App, port: int, credentials: Credentials, is_token: Callable[[str], bool]) -> Gate:
    """The application's id and secret at the address that issues tokens, a token everywhere else."""
    client = basic(credentials.reddit_client)

    def admits(call: Call) -> bool:
        authorization = call.headers.get("authorization", "")
        if call.path == "/api/v1/access_token":
            return _same(authorization, client)
        scheme, _, token = authorization.partition(" ")
        return scheme.lower() == "bearer" and is_token(token)

    return _gate(app, port, credentials, admits)


def stripe_gate(app: App, port: int, credentials: Credentials) -> Gate:
    """The API with the secret key; hosted pages for whoever knows their address, which nobody can guess."""
    key, own = credentials.stripe_key, own_hosts(port)

    def admits(call: Call) -> bool:
        bearer = call.headers.get("authorization")
        return _same(bearer, f"Bearer {key}") or _same(bearer, basic((key, "")))

    def is_page(call: Call) -> bool:
        """A form of one of the pages names the page's own origin."""
        origin = call.headers.get("origin", "null")
        ours = origin == "null" or own(origin.partition("://")[2])
        return call.path.startswith(PAGES) and call.method in ("GET", "POST") and ours

    return Gate(app, own, _or_control(credentials, admits), pages=is_page)


def web_gate(app: App, port: int, credentials: Credentials) -> Gate:
    """The small web is asked as a proxy is: with the names of its own hosts, and a proxy's login."""
    login, own = basic(credentials.web_login), own_hosts(port)

    def admits(call: Call) -> bool:
        return not own(call.headers.get("host", "")) and _same(call.headers.get("proxy-authorization"), login)

    def hosts(host: str) -> bool:
        return own(host) or host.lower().partition(":")[0].endswith(".test")

    return Gate(app, hosts, _or_control(credentials, admits))


def _gate(
    app: App, port: int, credentials: Credentials, admits: Callable[[Call], bool], *, signed: bool = False
) -> Gate:
    def signed_by_us(call: Call, body: bytes) -> bool:
        return not call.path.startswith(OWN_PATHS) and is_signed(call, body, credentials)

    return Gate(app, own_hosts(port), _or_control(credentials, admits), signed_by_us if signed else None)


def _or_control(credentials: Credentials, admits: Callable[[Call], bool]) -> Callable[[Call], bool]:
    """The token of our own programs opens everything, and is the only thing that opens their own paths."""

    def decide(call: Call) -> bool:
        if not credentials.secret:
            return False
        if _same(call.headers.get(CONTROL_HEADER), credentials.control):
            return True
        return not call.path.startswith(OWN_PATHS) and admits(call)

    return decide


def _nobody(_call: Call) -> bool:
    return False


def _same(given: str | None, expected: str) -> bool:
    return given is not None and hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())
