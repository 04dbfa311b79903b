from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.specs.schema_fields import list_schema_fields
from shared.specs.schemas import FieldKind, SchemaField, make_object_schema

NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
PLAIN = [kind for kind in FieldKind if kind not in {FieldKind.RECORD, FieldKind.RECORD_LIST}]
BOUNDS = st.none() | st.integers(0, 600)


def leaves(kinds: list[FieldKind] = PLAIN) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "name": NAMES,
            "kind": st.sampled_from(kinds),
            "description": st.text(max_size=20),
            "required": st.booleans(),
            "choices": st.lists(st.text(min_size=1, max_size=5), max_size=3),
            "minimum": BOUNDS,
            "maximum": BOUNDS,
        }
    )


def records() -> st.SearchStrategy[dict[str, Any]]:
    parts = st.lists(leaves(), max_size=4, unique_by=lambda part: part["name"])
    return st.tuples(leaves([FieldKind.RECORD, FieldKind.RECORD_LIST]), parts).map(
        lambda made: {**made[0], "fields": made[1]}
    )


@given(st.lists(leaves() | records(), min_size=1, max_size=8, unique_by=lambda one: one["name"]))
def test_the_fields_of_a_schema_make_the_same_schema_again(given_fields: list[dict[str, Any]]) -> None:
    schema = make_object_schema([SchemaField.model_validate(one) for one in given_fields])

    assert make_object_schema(list_schema_fields(schema)) == schema


def test_every_kind_that_a_schema_tells_apart_comes_back() -> None:
    fields = [SchemaField(name=f"f{place}", kind=kind, description="it") for place, kind in enumerate(FieldKind)]

    assert [field.kind for field in list_schema_fields(make_object_schema(fields))] == list(FieldKind)
