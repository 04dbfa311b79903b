"""The exec-free `dataclass` does what the standard one does."""

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from mam_agent.exec_free_dataclasses import dataclass

BOTH = pytest.mark.parametrize("decorate", [dataclasses.dataclass, dataclass], ids=["standard", "ours"])


def made(decorate: Callable[..., Any], **options: Any) -> Any:
    class Item:
        name: str
        price: float = 0.0
        tags: list[str] = dataclasses.field(default_factory=list)
        secret: str = dataclasses.field(default="s", repr=False, compare=False)
        total: float = dataclasses.field(init=False, default=1.0)

    return decorate(**options)(Item) if options else decorate(Item)


def outcome(act: Callable[[], Any]) -> Any:
    try:
        return act()
    except Exception as error:
        return type(error)


@BOTH
def test_it_is_made_shown_compared_and_changed(decorate: Callable[..., Any]) -> None:
    item = made(decorate)
    one = item("a", 2, tags=["x"])
    assert repr(one).endswith("Item(name='a', price=2, tags=['x'], total=1.0)")
    assert one == item("a", 2, ["x"], "other")
    assert one != item("b", 2, ["x"])
    assert one != "a"
    assert dataclasses.asdict(one) == {"name": "a", "price": 2, "tags": ["x"], "secret": "s", "total": 1.0}
    assert dataclasses.replace(one, price=3).price == 3
    assert item("a").tags is not item("a").tags
    assert item.__match_args__ == ("name", "price", "tags", "secret")
    assert item.__hash__ is None


OPTIONS: list[dict[str, Any]] = [
    {}, {"frozen": True}, {"order": True}, {"eq": False}, {"unsafe_hash": True}, {"kw_only": True}, {"repr": False},
    {"frozen": True, "eq": False}, {"init": False}, {"order": True, "eq": False}, {"slots": True},
]  # fmt: skip


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize(
    "act",
    [
        lambda item: item("a", 1) < item("a", 2),
        lambda item: item("a", 1) >= item("a", 2),
        lambda item: item(name="a") == item(name="a"),
        lambda item: len({hash(one) for one in [item(name="a"), item(name="a")]}),
        lambda item: setattr(item(name="a"), "name", "b"),
        lambda item: delattr(item(name="a"), "name"),
        lambda item: type(item()).__name__,
        lambda item: item("a", 1, [], "s", 1),
        lambda item: item("a", name="b"),
        lambda item: item("a", more=1),
        lambda item: item("a", total=2),
        lambda item: dataclasses.replace(item(name="a"), name="b").name,
        lambda item: dataclasses.asdict(item(name="a")),
    ],
)
def test_every_option_does_the_same_as_in_the_standard_library(
    options: dict[str, Any], act: Callable[[Any], Any]
) -> None:
    wanted = outcome(lambda: act(made(dataclasses.dataclass, **options)))
    assert outcome(lambda: act(made(dataclass, **options))) == wanted


@BOTH
def test_a_method_of_its_own_stays_and_post_init_is_called(decorate: Callable[..., Any]) -> None:
    @decorate
    class Own:
        x: int

        def __post_init__(self) -> None:
            self.x += 1

        def __repr__(self) -> str:
            return "own"

        def __eq__(self, other: object) -> bool:
            return True

    assert (Own(1).x, repr(Own(1)), Own(1) == 5) == (2, "own", True)


@BOTH
def test_fields_are_inherited(decorate: Callable[..., Any]) -> None:
    @decorate
    class Base:
        x: int
        y: int = 2

    @decorate
    class Derived(Base):
        z: int = 3

    assert repr(Derived(1)).endswith("Derived(x=1, y=2, z=3)")


@BOTH
def test_a_field_without_a_default_after_one_with_is_refused(decorate: Callable[..., Any]) -> None:
    with pytest.raises(TypeError, match="non-default argument 'y'"):

        @decorate
        class _Wrong:
            x: int = 1
            y: int  # pyright: ignore[reportGeneralTypeIssues]
