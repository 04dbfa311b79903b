"""The sample events of endpoints, from what the API's document says that each takes.

A parameter or a part of a body that the world of the samples has a value for, under its own name or as
`<function>.<name>`, gets that one; any other that has to be given gets the first example of its own schema. A route
that asks who calls gets the access token of the samples.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from functions.openapi import list_routed_folders, make_document
from shared.values import Json

# The demo that the samples are about.
TOKEN = "sample-demo-token-00000000000000"
METHODS = ("get", "post", "put", "patch", "delete")


class NoExample(Exception):
    """An endpoint takes something of which nobody can tell what it would look like."""


def endpoint_events(world: Mapping[str, Json]) -> dict[str, Json]:
    """By the function's name: the event of the operation that is called like the function's folder."""
    whole = make_document()
    known = dict(operations(whole))
    return {folder.name: event_of(known, folder.name, whole, world) for folder in list_routed_folders()}


def operations(whole: Json) -> Iterator[tuple[str, tuple[str, str, Json]]]:
    for path, methods in whole["paths"].items():
        for method, operation in methods.items():
            if method in METHODS:
                yield operation["operationId"], (method.upper(), path, operation)


def event_of(known: Mapping[str, tuple[str, str, Json]], name: str, whole: Json, world: Mapping[str, Json]) -> Json:
    if name not in known:
        raise NoExample(f'no route of {name} is its namesake: give one of them operation_id="{name}"')
    method, path, operation = known[name]
    query: list[str] = []
    cookies: list[str] = []
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", quote(str(_value(name, parameter, whole, world)), safe=""))
        elif parameter["in"] == "query" and parameter.get("required"):
            query.append(f"{parameter['name']}={quote(str(_value(name, parameter, whole, world)))}")
        elif parameter["in"] == "cookie":
            cookies.append(f"{parameter['name']}={_value(name, parameter, whole, world)}")
    bearer = str(world["access_token"]) if operation.get("security") else None
    body = _body(name, operation, whole, world)
    return http_event(method, path, query="&".join(query), body=body, bearer=bearer, cookies=cookies)


def _body(name: str, operation: Json, whole: Json, world: Mapping[str, Json]) -> Json:
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" not in content:
        return None
    schema = _schema(content["application/json"]["schema"], whole)
    return {
        key: _value(name, {"name": key, "schema": schema["properties"][key]}, whole, world)
        for key in schema.get("required", [])
    }


def _value(name: str, parameter: Json, whole: Json, world: Mapping[str, Json]) -> Json:
    for key in (f"{name}.{parameter['name']}", parameter["name"]):
        if key in world:
            return world[key]
    schema = _schema(parameter.get("schema", {}), whole)
    for known in ([parameter["example"]] if "example" in parameter else [], *map(_known, (parameter, schema))):
        if known:
            return known[0]
    raise NoExample(
        f"{name} takes {parameter['name']}, and no sample of it is known: give it an example "
        "(Path, Query or Field(examples=[…]))"
    )


def _known(schema: Json) -> list[Any]:
    examples = schema.get("examples", [])
    if isinstance(examples, dict):
        return [one["value"] for one in examples.values()]
    return examples or schema.get("enum", [])


def _schema(schema: Json, whole: Json) -> Json:
    reference = schema.get("$ref")
    return whole["components"]["schemas"][reference.rpartition("/")[2]] if reference else schema


def http_event(
    method: str,
    path: str,
    *,
    query: str = "",
    body: Json = None,
    bearer: str | None = None,
    cookies: Sequence[str] = (),
) -> Json:
    """As API Gateway sends it, in the payload format 2.0; `path` is whole, with the API's root."""
    return {
        "version": "2.0",
        "routeKey": f"{method} {path}",
        "rawPath": path,
        "rawQueryString": query,
        **({"cookies": list(cookies)} if cookies else {}),
        "headers": {
            "accept": "application/json",
            "content-type": "application/json",
            "host": "api.example.test",
            **({"authorization": f"Bearer {bearer}"} if bearer else {}),
        },
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "sample",
            "domainName": "api.example.test",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "203.0.113.7",
                "userAgent": "sample",
            },
            "requestId": "sample-request",
            "routeKey": f"{method} {path}",
            "stage": "$default",
            "time": "23/Nov/2026:06:00:00 +0000",
            "timeEpoch": 1795413600000,
        },
        "isBase64Encoded": False,
        **({"body": json.dumps(body)} if body is not None else {}),
    }
