"""Who calls: given to the application, asked for by routes, declared by those that ask."""

from typing import Any

import pytest
from fastapi import APIRouter, Request
from fastapi.testclient import TestClient

from shared.errors import DomainProblem
from shared.runtime.api_document import write_openapi_document
from shared.runtime.callers import Caller, NotSignedIn, Principal
from shared.runtime.http import create_app

router = APIRouter()
public = APIRouter()


class Suspended(DomainProblem):
    status = 403
    type = "account-suspended"
    title = "The account is suspended"


@router.get("/me")
async def me(caller: Caller) -> dict[str, Any]:
    return {"account": caller.account_id, "scopes": sorted(caller.scopes)}


@public.get("/open")
async def opened() -> dict[str, bool]:
    return {"open": True}


async def by_token(request: Request) -> Principal:
    """A means that knows one caller, and one whom it does not let in."""
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    if token == "suspended":
        raise Suspended("Write to us.")
    if token != "good":
        raise NotSignedIn
    return Principal(account_id="acc_1", scopes=frozenset({"runs"}))


def test_a_route_is_told_who_calls() -> None:
    with TestClient(create_app(router, authenticate=by_token)) as client:
        answer = client.get("/api/v1/me", headers={"authorization": "Bearer good"})
    assert answer.json() == {"account": "acc_1", "scopes": ["runs"]}


@pytest.mark.parametrize(
    ("header", "status", "slug"),
    [
        ("", 401, "not-signed-in"),
        ("Bearer bad", 401, "not-signed-in"),
        ("Bearer suspended", 403, "account-suspended"),
    ],
)
def test_whoever_is_not_recognised_is_refused_by_the_means_own_problem(header: str, status: int, slug: str) -> None:
    with TestClient(create_app(router, authenticate=by_token)) as client:
        answer = client.get("/api/v1/me", headers={"authorization": header})
    assert (answer.status_code, answer.json()["type"]) == (status, slug)
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.headers.get("www-authenticate") == "Bearer") == (status == 401)


def test_an_application_without_means_keeps_its_closed_routes_closed_and_its_public_ones_open() -> None:
    with TestClient(create_app(router, public)) as client:
        anything = {"authorization": "Bearer good"}
        assert client.get("/api/v1/me", headers=anything).status_code == 401
        assert client.get("/api/v1/open", headers=anything).json() == {"open": True}


def test_a_public_route_asks_no_means_who_calls() -> None:
    async def never(request: Request) -> Principal:
        raise AssertionError(request.url)

    with TestClient(create_app(public, authenticate=never)) as client:
        assert client.get("/api/v1/open").status_code == 200


def test_only_routes_that_ask_declare_how_to_sign_in() -> None:
    document = write_openapi_document(create_app(router, public))
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    assert document["paths"]["/api/v1/me"]["get"]["security"] == [{"bearer": []}, {"api_key": []}]
    assert "security" not in document["paths"]["/api/v1/open"]["get"]
    assert "securitySchemes" not in write_openapi_document(create_app(public))["components"]
