"""The OpenAPI document of an application, completed by what the framework does not know: problems, and ETags of reads.

It is written on a contributor's machine; no function needs this module.
"""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel

from shared.runtime.problems import ProblemDocument

Schema = dict[str, Any]
REF = "#/components/schemas/{model}"
IF_NONE_MATCH: Schema = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The ETag of an earlier answer: if it is still the current one, the answer is 304 without a body",
    "schema": {"type": "string"},
    "example": '"5c1b1e4f3f2a4c0d9be1c3f7a1d2e3f4"',
}
ETAG: Schema = {"description": "Names these very bytes: send it back as `If-None-Match`", "schema": {"type": "string"}}
API_KEY: Schema = {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "An API key"}
NOT_MODIFIED: Schema = {
    "description": "The caller has the current answer already: its ETag is in `If-None-Match`",
    "headers": {"ETag": ETAG},
}


def write_openapi_document(app: FastAPI, **more: type[BaseModel]) -> Schema:
    """`more`: models that routes refer to only by name (`#/components/schemas/<name>`), so that their functions need
    not load them.
    """
    document = app.openapi()
    schemas: Schema = document.setdefault("components", {}).setdefault("schemas", {})
    for name, model in {"Problem": ProblemDocument, **more}.items():
        _add_schema(schemas, name, model)
    for operation in _reads(document):
        _describe_read(operation)
    _describe_keys(document)
    return document


def _describe_keys(document: Schema) -> None:
    """Declare that a key is accepted on routes that need no people-only scope, also in its own header."""
    operations = [each for methods in document["paths"].values() for each in methods.values()]
    for_keys = [each for each in operations if {"bearer": []} in each.get("security", ())]
    for operation in for_keys:
        operation["security"].append({"api_key": []})
    if for_keys:
        document["components"]["securitySchemes"]["api_key"] = API_KEY


def _add_schema(schemas: Schema, name: str, model: type[BaseModel]) -> None:
    schema = model.model_json_schema(ref_template=REF, mode="serialization")
    schemas.update(schema.pop("$defs", {}))
    schemas[name] = schema


def _reads(document: Schema) -> Iterator[Schema]:
    return (methods["get"] for methods in document["paths"].values() if "get" in methods)


def _describe_read(operation: Schema) -> None:
    operation.setdefault("parameters", []).append(IF_NONE_MATCH)
    operation["responses"]["200"].setdefault("headers", {})["ETag"] = ETAG
    operation["responses"]["304"] = NOT_MODIFIED
