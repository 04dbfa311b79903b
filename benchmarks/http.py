"""The request path: `GET /agents` through Mangum beside a bare FastAPI endpoint with the same response model.

Time is this thread's CPU time, so that waiting for the search index does not count, and neither does what else the
machine is doing. The index answers over a real socket, from the stand-in.
"""

import contextlib
import io
import itertools
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from mangum import Mangum

ROUNDS = 400
AGENTS = 20


class Context:
    aws_request_id = "bench"
    function_name = "mam-list-agents"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:us-east-1:0:function:mam-list-agents"


def event(path: str) -> dict[str, Any]:
    http = {"method": "GET", "path": path, "sourceIp": "203.0.113.9", "protocol": "HTTP/1.1", "userAgent": "bench"}
    return {
        "version": "2.0",
        "routeKey": f"GET {path}",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"host": "bench.test", "accept": "application/json"},
        "requestContext": {"requestId": "bench", "http": http},
        "isBase64Encoded": False,
    }


def bare_handler() -> Callable[[dict[str, Any], Any], dict[str, Any]]:
    """The measure: the endpoint does nothing but return the page, and there is no middleware of ours."""
    from functions.catalogue.list_agents.router import AgentList

    page = AgentList(items=tuple(listings()), page=1, page_size=AGENTS, total=AGENTS, degraded=False)
    app = FastAPI(openapi_url=None)

    @app.get("/api/v1/agents", response_model_exclude={"next"})
    async def list_agents() -> AgentList:  # pyright: ignore[reportUnusedFunction]
        return page

    return Mangum(app, lifespan="off")


def listings() -> list[Any]:
    from tests.fakes.listings import a_listing

    return [a_listing(f"agent-{number}", quality=9 - number / 10) for number in range(AGENTS)]


def cpu_microseconds(call: Callable[[], object], rounds: int = ROUNDS) -> float:
    """CPU time of one call, the least of five series: what else the machine does only ever adds to it."""
    for _ in range(rounds // 4):
        call()
    series: list[float] = []
    for _ in range(5):
        before = time.thread_time()
        for _ in range(rounds):
            call()
        series.append((time.thread_time() - before) / rounds * 1e6)
    return min(series)


@contextlib.contextmanager
def search_over_a_socket() -> Iterator[None]:
    """The stand-in on a free port, filled with one page of agents, as the setting SEARCH_URL."""
    from local.standins.opensearch.app import create_app
    from shared.adapters.catalogue_search import CatalogSearch
    from shared.catalogue.searchable import make_searchable
    from shared.catalogue.snapshot import CatalogueEntry
    from shared.runtime import wiring
    from tests.fakes.served import served

    with tempfile.TemporaryDirectory() as folder, served(create_app(Path(folder))) as address:
        wanted = {
            "SEARCH_URL": f"http://{address}",
            "ARTIFACTS_BUCKET": "artifacts",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "bench",
            "AWS_SECRET_ACCESS_KEY": "bench",
        }
        before = {name: os.environ.get(name) for name in wanted}
        os.environ.update(wanted)
        wiring.catalogue.shelf.cache_clear()
        wiring.catalogue.catalog_search.cache_clear()
        search = CatalogSearch(wanted["SEARCH_URL"])
        search.needs_filling()
        search.put(CatalogueEntry(listing.slug, 1, make_searchable(listing)) for listing in listings())
        search.take_over()
        try:
            yield
        finally:
            for name, value in before.items():
                os.environ.pop(name) if value is None else os.environ.update({name: value})
            wiring.catalogue.shelf.cache_clear()
            wiring.catalogue.catalog_search.cache_clear()


def list_agents_cost(rounds: int = ROUNDS) -> tuple[float, float, float]:
    """µs of ours for a page asked for again within two seconds, of ours with a search each time, of the bare
    endpoint.
    """
    from functions.catalogue.list_agents.handler import handler
    from shared.runtime.observability import logger

    bare, asked, context = bare_handler(), event("/api/v1/agents"), Context()
    with search_over_a_socket(), quiet(logger):
        answer: Any = handler(asked, context)  # pyright: ignore
        assert answer["statusCode"] == 200, answer
        assert json.loads(answer["body"]) == json.loads(bare(asked, context)["body"])
        warm = cpu_microseconds(lambda: handler(asked, context), rounds)  # pyright: ignore
        measure = cpu_microseconds(lambda: bare(asked, context), rounds)
        searching = cpu_microseconds(lambda: handler(another_page(), context), rounds // 4)  # pyright: ignore
    return warm, searching, measure


NUMBERS = itertools.count()


def another_page() -> dict[str, Any]:
    """A query that was not asked before and finds the same agents."""
    return {**event("/api/v1/agents"), "rawQueryString": f"max_price={100_000 + next(NUMBERS)}"}


@contextlib.contextmanager
def quiet(logger: Any) -> Iterator[None]:
    """Log lines are made as ever, but into memory."""
    stream, logger.registered_handler.stream = logger.registered_handler.stream, io.StringIO()
    try:
        yield
    finally:
        logger.registered_handler.stream = stream


def figures() -> Iterator[tuple[str, float, str]]:
    warm, searching, measure = list_agents_cost()
    yield "bare FastAPI endpoint with the same response model, CPU", measure, "µs"
    yield "GET /agents, CPU", warm, "µs"
    yield "GET /agents against the bare endpoint", warm / measure, "times"
    yield "GET /agents with a search that was not asked before, CPU", searching, "µs"
