import pytest

from shared.specs.acceptance import find_failed_checks, find_schema_violations
from shared.specs.schemas import FieldKind, LeafField, SchemaField, make_object_schema
from shared.specs.spec import AcceptanceCheck

INPUT = {"topic": "Coffee  Prices", "notes": ["a", "b"]}
OUTPUT = {
    "summary": "All about coffee prices",
    "count": 2,
    "notes": ["x", "y"],
    "tone": "short",
    "on": True,
    "empty": "",
}


def check(path: str, kind: str, value: object = None) -> AcceptanceCheck:
    return AcceptanceCheck.model_validate({"path": path, "check": kind, "value": value, "why": "it matters"})


@pytest.mark.parametrize(
    ("path", "kind", "value"),
    [
        ("/summary", "present", None),
        ("/summary", "not_empty", None),
        ("/notes", "min", 2),
        ("/count", "max", 2),
        ("/summary", "min", 10),
        ("/tone", "one_of", ["short", "long"]),
        ("/summary", "mentions_input", "/topic"),
        ("/notes", "same_length_as_input", "/notes"),
        ("/summary", "mentions_input", "/missing"),
    ],
)
def test_a_check_that_holds_says_nothing(path: str, kind: str, value: object) -> None:
    assert find_failed_checks([check(path, kind, value)], INPUT, OUTPUT) == []


@pytest.mark.parametrize(
    ("path", "kind", "value", "said"),
    [
        ("/gone", "present", None, "is missing from the output"),
        ("/notes/2", "present", None, "is missing from the output"),
        ("summary", "present", None, "is missing from the output"),
        ("/empty", "not_empty", None, "is empty"),
        ("/count", "min", 3, "is 2, below 3"),
        ("/notes", "max", 1, "is 2, above 1"),
        ("/on", "min", 0, "is True, which has no size to compare"),
        ("/tone", "one_of", ["long"], "is 'short', not one of ['long']"),
        ("/tone", "mentions_input", "/topic", "does not mention the input's /topic ('Coffee  Prices')"),
        ("/notes", "same_length_as_input", "/topic", "is not a list"),
    ],
)
def test_a_check_that_fails_says_what_and_why(path: str, kind: str, value: object, said: str) -> None:
    assert find_failed_checks([check(path, kind, value)], INPUT, OUTPUT) == [f"{path} {said} (it matters)"]


def test_violations_name_their_place() -> None:
    part = LeafField(name="price", kind=FieldKind.NUMBER, description="the price", minimum=0)
    schema = make_object_schema(
        [SchemaField(name="items", kind=FieldKind.RECORD_LIST, description="items", fields=[part])]
    )

    assert find_schema_violations(schema, {"items": [{"price": 1}]}) == []
    assert find_schema_violations(schema, {"items": [{"price": -1}]}) == [
        "/items/0/price: -1 is less than the minimum of 0.0"
    ]
    assert find_schema_violations(schema, {"items": [], "more": 1})
