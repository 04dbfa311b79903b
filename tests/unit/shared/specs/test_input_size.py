"""What an input schema promises can be sent: computed, checked against real values, and made so where it is not."""

import json
from typing import Any

import pytest

from shared.runtime.envelope import MAX_BODY_BYTES
from shared.specs.acceptance import find_schema_violations
from shared.specs.input_size import MOST_INPUT_BYTES, check_size, count_largest_bytes, fit_schema
from shared.specs.schema_policy import check_schema
from shared.specs.schemas import FieldKind, LeafField, SchemaField, make_object_schema
from shared.values import Json
from tests.fakes.longest_inputs import longest


def field(name: str, kind: FieldKind, **more: Any) -> SchemaField:
    return SchemaField.model_validate({"name": name, "kind": kind, "description": "as it says", **more})


def leaf(name: str, kind: FieldKind) -> LeafField:
    return LeafField(name=name, kind=kind, description="as it says")


K = FieldKind
WORDS = [field(name, K.STRING_LIST, maximum=15, required=False) for name in ("must_have", "prefer", "avoid")]
RANKING = make_object_schema(
    [field("records", K.TEXT, minimum=10), *WORDS, field("top", K.INTEGER, minimum=1, maximum=100)]
)
COMMENTS = make_object_schema([field("comments", K.STRING_LIST, minimum=1, maximum=300)])
PAGES = make_object_schema([field("pages", K.URL_LIST, maximum=5), field("words", K.STRING_LIST, maximum=20)])
TWO_TEXTS = make_object_schema([field("before", K.TEXT), field("after", K.TEXT)])
ROWS = make_object_schema([field("rows", K.RECORD_LIST, fields=[leaf(f"part_{n}", K.STRING) for n in range(12)])])
ADDRESSES = make_object_schema([field("pages", K.URL_LIST)])
SMALL = make_object_schema(
    [
        field("name", K.STRING),
        field("day", K.DATE),
        field("tone", K.STRING, choices=["kind", "firm"]),
        field("often", K.BOOLEAN),
        field("figures", K.NUMBER_LIST, maximum=20),
        field("who", K.RECORD, fields=[leaf("page", K.URL), leaf("count", K.INTEGER)]),
    ]
)
TOO_LARGE = [RANKING, COMMENTS, PAGES, TWO_TEXTS]


def sent(value: Json) -> int:
    body = {"input": value}
    return len(json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode())


@pytest.mark.parametrize("schema", [RANKING, COMMENTS, PAGES, TWO_TEXTS, ROWS, ADDRESSES, SMALL])
def test_no_value_is_larger_than_what_was_computed(schema: Json) -> None:
    envelope = len('{"input":}')
    assert count_largest_bytes(schema) * 0.9 < sent(longest(schema)) - envelope <= count_largest_bytes(schema)


@pytest.mark.parametrize("schema", TOO_LARGE)
def test_a_schema_that_promises_too_much_is_made_to_fit_what_a_request_carries(schema: Json) -> None:
    assert sent(longest(schema)) > MAX_BODY_BYTES
    smaller = fit_schema(schema)
    assert check_size(smaller) == []
    assert 0.9 * MAX_BODY_BYTES < sent(longest(smaller)) <= MAX_BODY_BYTES
    assert check_schema(smaller, "input") == []
    assert fit_schema(smaller) == smaller


def test_one_list_gives_way_before_the_text_that_matters() -> None:
    properties = fit_schema(RANKING)["properties"]
    assert properties["records"]["maxLength"] == 40_000
    assert {properties[name]["items"]["maxLength"] for name in ("must_have", "prefer", "avoid")} == {565}
    assert properties["top"] == RANKING["properties"]["top"]


def test_only_what_is_longer_than_the_rest_is_shortened() -> None:
    properties = fit_schema(PAGES)["properties"]
    assert properties["pages"]["items"]["maxLength"] == 2_000
    assert 2_000 < properties["words"]["items"]["maxLength"] < 4_000


def test_what_fits_stays_as_it_is() -> None:
    assert fit_schema(SMALL) is SMALL
    assert check_size(SMALL) == []


@pytest.mark.parametrize(("schema", "largest"), [(ROWS, "rows"), (ADDRESSES, "pages")])
def test_what_cannot_be_made_to_fit_is_refused_with_the_fields_that_are_too_large(schema: Json, largest: str) -> None:
    [finding] = check_size(fit_schema(schema))
    assert f"({largest} " in finding
    assert "256 KB" in finding
    assert "maximum" in finding


def test_a_value_within_the_smaller_schema_is_within_the_larger_one() -> None:
    value = longest(fit_schema(RANKING))
    assert find_schema_violations(RANKING, value) == []


def test_what_a_request_may_carry_is_what_the_api_takes() -> None:
    assert MOST_INPUT_BYTES + len('{"input": }') <= MAX_BODY_BYTES
