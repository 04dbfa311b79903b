"""The OpenAPI document: current, complete, and true of what the endpoints really do."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import allow_header_conformance, positive_data_acceptance

from functions.openapi import SERVED, list_routed_folders, load_routers, make_document, write_text
from functions.platform.get_openapi.router import answer_elsewhere
from shared.runtime.http import create_app
from shared.runtime.key_authentication import person_or_key
from tests.fakes.accounts_world import AccountsWorld, SignedInWorld
from tests.fakes.listings import some_listings
from tests.fakes.marketplace import FakeMarketplace

ROOT = Path(__file__).parents[3]
DOCUMENT = make_document()
OPERATIONS = [
    (path, method, operation) for path, methods in DOCUMENT["paths"].items() for method, operation in methods.items()
]


def test_the_served_document_is_current() -> None:
    assert SERVED.read_text(encoding="utf-8") == write_text(), "stale: `make generated` writes it"
    assert (ROOT / "docs" / "openapi.json").resolve() == SERVED


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
def test_every_operation_is_named_described_and_documents_its_problems(path: str, method: str, operation: Any) -> None:
    assert operation["operationId"].islower()
    assert operation["description"]
    assert operation["summary"]
    for status, response in operation["responses"].items():
        if status in ("204", "304"):
            assert "content" not in response
            continue
        kinds = set(response["content"])
        plain = status in ("200", "201", "202") or (path.endswith("/health") and status == "503")
        expected = {"application/json"} if plain else {"application/problem+json"}
        assert kinds == expected, (status, kinds)


def described_parts() -> Iterator[tuple[str, Any]]:
    """Everything that has to say what it is, with where it stands."""
    for name, schema in DOCUMENT["components"]["schemas"].items():
        yield name, schema
        for field, value in schema.get("properties", {}).items():
            yield f"{name}.{field}", value
    for path, method, operation in OPERATIONS:
        where = f"{method} {path}"
        for parameter in operation.get("parameters", ()):
            yield f"{where} {parameter['name']}", parameter
        for status, response in operation["responses"].items():
            yield f"{where} {status}", response
            for header, value in response.get("headers", {}).items():
                yield f"{where} {status} {header}", value


def test_every_schema_field_parameter_response_and_header_says_what_it_is() -> None:
    parts = dict(described_parts())
    assert {"ListingDetail.price", "get /api/v1/agents q", "get /api/v1/agents 200 ETag"} <= set(parts)
    bare = [where for where, part in parts.items() if len(part.get("description", "").split()) < 2]
    assert bare == []
    assert [where for where, part in parts.items() if part["description"] == "Successful Response"] == []


def test_what_a_caller_has_to_write_has_an_example() -> None:
    for path, method, operation in OPERATIONS:
        for parameter in operation.get("parameters", ()):
            if parameter["in"] == "path" and parameter["name"] == "slug":
                assert parameter["schema"].get("examples") or parameter.get("examples"), (method, path)
    assert DOCUMENT["components"]["schemas"]["DemoRequest"]["properties"]["input"]["examples"]


def test_the_document_names_its_server_and_how_to_sign_in() -> None:
    assert [server["url"] for server in DOCUMENT["servers"]] == ["/"]
    assert set(DOCUMENT["components"]["securitySchemes"]) == {"bearer", "api_key"}


def test_every_reference_leads_somewhere() -> None:
    wanted = set(re.findall(r'"#/components/schemas/([^"]+)"', write_text()))
    assert wanted <= set(DOCUMENT["components"]["schemas"])
    assert "ShownCertificate" in wanted


def test_operation_ids_are_the_folders_names_and_unique() -> None:
    names = [operation["operationId"] for _, _, operation in OPERATIONS]
    assert len(names) == len(set(names))
    folders = {folder.name for folder in list_routed_folders()}
    assert folders
    assert folders <= set(names)


def everything() -> FastAPI:
    return create_app(*load_routers(), authenticate=person_or_key, fallback=answer_elsewhere)


@pytest.fixture
def stocked(monkeypatch: pytest.MonkeyPatch) -> FakeMarketplace:
    market = FakeMarketplace()
    for listing in some_listings():
        market.publish(listing)
    market.wire(monkeypatch)
    return market


@pytest.fixture
def ann(monkeypatch: pytest.MonkeyPatch) -> Iterator[SignedInWorld]:
    world = AccountsWorld()
    world.wire(monkeypatch)
    with TestClient(everything()) as world.client:
        world.has_account()
        yield world.signs_in()


def test_the_document_is_served(stocked: FakeMarketplace) -> None:
    with TestClient(everything()) as client:
        assert client.get("/api/v1/openapi.json").json() == json.loads(write_text())


@pytest.mark.parametrize(
    ("method", "path", "status", "allow"),
    [
        ("GET", "/", 404, None),
        ("GET", "/api/v1/nothing", 404, None),
        ("DELETE", "/api/v1/agents", 405, "GET, HEAD"),
        ("PUT", "/api/v1/agents/x/demo", 405, "POST"),
        ("PUT", "/api/v1/api-keys", 405, "GET, HEAD, POST"),
        ("OPTIONS", "/api/v1/agents/x/demo", 405, "POST"),
        ("TRACE", "/api/v1/agents", 405, "GET, HEAD"),
        ("PROPFIND", "/api/v1/agents", 405, "GET, HEAD"),
        ("FOO", "/api/v1/nothing", 404, None),
        ("OPTIONS", "/api/v1/nothing", 404, None),
    ],
)
def test_what_no_function_answers_is_refused_as_a_problem(
    stocked: FakeMarketplace, method: str, path: str, status: int, allow: str | None
) -> None:
    with TestClient(create_app(fallback=answer_elsewhere)) as client:
        answer = client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers.get("allow") == allow


def test_a_browser_that_asks_for_another_site_learns_that_there_is_no_cors() -> None:
    asks = {"origin": "https://elsewhere.example", "access-control-request-method": "GET"}
    with TestClient(create_app(fallback=answer_elsewhere)) as client:
        answer = client.options("/api/v1/agents", headers=asks)
    assert answer.status_code == 405
    assert "CORS" in answer.json()["detail"]
    assert not [name for name in answer.headers if name.startswith("access-control-")]


BEYOND_A_SCHEMA = {
    "/webhooks/stripe",
    "/api/v1/agents",
    *(
        f"/api/v1{path}"
        for path in ("/auth/register", "/auth/login", "/auth/forgot-password", "/auth/reset-password", "/me/email")
    ),
}
"""Only more than a schema can say makes a signature, a word to look for, an address or a password good."""

schema = schemathesis.openapi.from_dict(DOCUMENT)
schema.app = everything()


@schema.parametrize()
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)
def test_the_endpoints_keep_to_the_document(case: Any, stocked: FakeMarketplace, ann: SignedInWorld) -> None:
    """Closed routes are asked by somebody who is signed in, until they have deleted their account."""
    operation = case.operation.definition.raw
    case.call_and_validate(
        headers={"Authorization": ann.headers["authorization"]} if "security" in operation else {},
        excluded_checks=[
            # Here all routes are in one application, which tells the methods of one of a path's routes. Deployed, the
            # fallback tells them all: see above.
            allow_header_conformance,
            *([positive_data_acceptance] if case.path in BEYOND_A_SCHEMA else []),
        ],
    )
