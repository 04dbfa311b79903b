from typing import Any

import pytest

from local.standins.claude.kinds.filling import PlaceUnknown, fill

VALUES: dict[str, Any] = {
    "subject": "late invoices",
    "keywords": ["invoices", "clients", "payments"],
    "nobody": [],
    "rows": ["a,1", "b,2", "c,3"],
    "table": {"price": ["fee"], "speed": ["slow"]},
    "items": [{"name": "bag", "cost": 3.2}],
    "hostile": "{subject} {*rows}",
}


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("About {subject}, twice: {subject}", "About late invoices, twice: late invoices"),
        ("{items.0}", {"name": "bag", "cost": 3.2}),
        ("{items.0.cost}", 3.2),
        ("{keywords[:2]}", ["invoices", "clients"]),
        ("{rows[::-1]|lines}", "c,3\nb,2\na,1"),
        ("{rows[1:]|lines|tabs}", "b\t2\nc\t3"),
        ("{table|names} or {subject|slug}", "price, speed or late-invoices"),
        ("{table|count}", 2),
        ("{table|first}", ["fee"]),
        ("{subject|article}", "a"),
        ("{keywords[:2]|stems}", ("invoic", "client")),
        (["first", "{*keywords[:2]}", "last"], ["first", "invoices", "clients", "last"]),
        (["{*nobody}"], []),
        (["{keywords}"], [["invoices", "clients", "payments"]]),
        ({"a": ["{subject}", 1], "b": None}, {"a": ["late invoices", 1], "b": None}),
        ("no place", "no place"),
        (7, 7),
    ],
)
def test_places_are_filled(text: Any, filled: Any) -> None:
    assert fill(text, VALUES) == filled


def test_what_is_filled_in_is_not_read_for_places_again() -> None:
    assert fill(["Say {hostile}", "{hostile}"], VALUES) == ["Say {subject} {*rows}", "{subject} {*rows}"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{subjekt}", "{subjekt} has no 'subjekt'; there are hostile, items"),
        ("{items.1.name}", "has no '1'; there are 1 members"),
        ("{items.0.price}", "has no 'price'; there are cost, name"),
        ("{subject.first}", "has no 'first'"),
        ("{subject|upper}", "names no filter; there are article"),
        ("All of {keywords}", "is list, which cannot stand inside a text"),
        ("a brace { alone", "a brace that belongs to no place"),
        ("{Subject}", "a brace that belongs to no place"),
        ("{*keywords} inside", "cannot stand inside a text"),
    ],
)
def test_a_place_that_cannot_be_filled_says_where_and_why(text: str, says: str) -> None:
    with pytest.raises(PlaceUnknown) as error:
        fill({"examples": [{"input": text}]}, VALUES)

    assert str(error.value).startswith("examples.0.input: ")
    assert says in str(error.value)
