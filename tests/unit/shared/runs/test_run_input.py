import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.runs.run_input import InputInvalid, check_input
from shared.specs.schemas import FieldKind, LeafField, SchemaField, make_object_schema

SCHEMA = make_object_schema(
    [
        SchemaField(name="page", kind=FieldKind.URL, description="page"),
        SchemaField(name="day", kind=FieldKind.DATE, description="day", required=False),
        SchemaField(name="count", kind=FieldKind.INTEGER, description="count", minimum=1, maximum=5),
        SchemaField(name="tone", kind=FieldKind.STRING, description="tone", choices=["a", "b"]),
        SchemaField(
            name="rows",
            kind=FieldKind.RECORD_LIST,
            description="rows",
            required=False,
            fields=[LeafField(name="price", kind=FieldKind.NUMBER, description="price")],
        ),
    ]
)
GOOD: dict[str, Any] = {"page": "http://a.test/", "count": 2, "tone": "a", "rows": [{"price": 1.5}]}


def fields(run_input: dict[str, Any]) -> list[str]:
    with pytest.raises(InputInvalid) as refused:
        check_input(run_input, SCHEMA)
    return [error["field"] for error in refused.value.extra["errors"]]


def test_a_good_input_is_given_as_it_is() -> None:
    assert check_input(GOOD, SCHEMA) == GOOD


NUMBERS: dict[str, Any] = {
    "type": "object",
    "properties": {
        "count": {"type": "integer"},
        "share": {"type": "number"},
        "counts": {"type": "array", "items": {"type": "integer"}},
        "rows": {"type": "array", "items": {"type": "object", "properties": {"count": {"type": "integer"}}}},
        "record": {"type": "object", "properties": {"count": {"type": "integer"}}},
    },
}


@pytest.mark.parametrize(
    ("given_", "got"),
    [
        ({"count": 1.0}, {"count": 1}),
        ({"count": -0.0}, {"count": 0}),
        ({"count": 1e15}, {"count": 10**15}),
        ({"count": 10**30}, {"count": 10**30}),
        ({"counts": [1.0, 2, 3.0]}, {"counts": [1, 2, 3]}),
        ({"rows": [{"count": 2.0, "other": 1.0}]}, {"rows": [{"count": 2, "other": 1.0}]}),
        ({"record": {"count": 2.0}}, {"record": {"count": 2}}),
        ({"share": 1.0}, {"share": 1.0}),
    ],
)
def test_a_whole_number_is_an_integer_where_one_is_asked_for(given_: dict[str, Any], got: dict[str, Any]) -> None:
    assert json.dumps(check_input(given_, NUMBERS)) == json.dumps(got)


@pytest.mark.parametrize(
    ("given_", "field", "message"),
    [
        ({"count": 1.5}, "input.count", "must be of type integer"),
        ({"count": 1e300}, "input.count", "decimal point"),
        ({"count": 1e16}, "input.count", "decimal point"),
        ({"count": "１２"}, "input.count", "must be of type integer"),
        ({"count": "1"}, "input.count", "must be of type integer"),
        ({"count": float("inf")}, "input.count", "finite"),
        ({"share": float("-inf")}, "input.share", "finite"),
        ({"share": json.loads("1e400")}, "input.share", "finite"),
        ({"counts": [1, float("nan")]}, "input.counts.1", "finite"),
        ({"rows": [{"count": float("nan")}]}, "input.rows.0.count", "finite"),
        ({"share": "NaN"}, "input.share", "must be of type number"),
        ({"share": "Infinity"}, "input.share", "must be of type number"),
    ],
)
def test_what_is_no_such_number_is_refused_by_name(given_: dict[str, Any], field: str, message: str) -> None:
    with pytest.raises(InputInvalid) as refused:
        check_input(given_, NUMBERS)
    [error] = refused.value.extra["errors"]
    assert error["field"] == field
    assert message in error["message"]


@pytest.mark.parametrize("count", [1, 5, 1.0, 5.0])
def test_values_at_the_bounds_fit(count: float) -> None:
    assert check_input({**GOOD, "count": count}, SCHEMA)["count"] in (1, 5)


@pytest.mark.parametrize("day", ["٢٠٢٦-٠١-٠١", "２０２６-01-01", "2026-1-01\n"])
def test_a_date_is_written_in_ascii(day: str) -> None:
    assert fields({**GOOD, "day": day}) == ["input.day"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"page": "javascript:x"}, ["input.page"]),
        ({"day": "tomorrow"}, ["input.day"]),
        ({"count": 0, "tone": "c"}, ["input.count", "input.tone"]),
        ({"count": True}, ["input.count"]),
        ({"rows": [{"price": 1}, {"price": "x"}]}, ["input.rows.1.price"]),
        ({"rows": [{}]}, ["input.rows.0.price"]),
        ({"rows": [{"price": 1, "colour": "red"}]}, ["input.rows.0.colour"]),
        ({"rows": "none"}, ["input.rows"]),
    ],
)
def test_the_field_that_is_wrong_is_named(change: dict[str, Any], expected: list[str]) -> None:
    assert fields({**GOOD, **change}) == expected


def test_every_missing_field_is_named() -> None:
    assert fields({}) == ["input.count", "input.page", "input.tone"]


def test_values_are_not_repeated() -> None:
    with pytest.raises(InputInvalid) as refused:
        check_input({**GOOD, "page": "hunter2"}, SCHEMA)
    assert "hunter2" not in str(refused.value)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*SCHEMA["properties"], "other"]) | st.text(), json_values, max_size=6))
def test_whatever_comes_is_accepted_or_refused_and_never_breaks(run_input: dict[str, Any]) -> None:
    found: list[InputInvalid] = []
    try:
        check_input(run_input, SCHEMA)
    except InputInvalid as refused:
        found.append(refused)
    for refused in found:
        assert refused.extra["errors"]
        assert all(error["field"].startswith("input") for error in refused.extra["errors"])
        refused.detail.encode()


def test_a_long_name_of_a_field_is_shortened() -> None:
    assert len(fields({**GOOD, "x" * 100_000: 1})[0]) < 300
