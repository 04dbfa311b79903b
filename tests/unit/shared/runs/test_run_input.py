from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.runs.run_input import InputInvalid, check_input
from shared.specs.schemas import FieldKind, LeafField, SchemaField, object_schema

SCHEMA = object_schema(
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


def test_a_good_input_passes() -> None:
    check_input(GOOD, SCHEMA)


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
