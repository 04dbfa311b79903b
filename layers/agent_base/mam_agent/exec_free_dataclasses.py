"""`dataclass` without `exec`: the standard one pastes field names into text and executes it, which the guard forbids.

The standard library still collects the fields, so that `field`, `fields`, `asdict` and `replace` work as ever.
"""

import dataclasses
import operator
import reprlib
from collections.abc import Callable, Iterable
from typing import Any, cast

_standard: Any = dataclasses.dataclass
_ORDER = {"__lt__": operator.lt, "__le__": operator.le, "__gt__": operator.gt, "__ge__": operator.ge}


def dataclass(
    cls: Any = None,
    /,
    *,
    init: bool = True,
    repr: bool = True,
    eq: bool = True,
    order: bool = False,
    unsafe_hash: bool = False,
    frozen: bool = False,
    match_args: bool = True,
    kw_only: bool = False,
    slots: bool = False,
) -> Any:
    """As `dataclasses.dataclass`, by functions that look the fields up instead of code made for each class."""
    if order and not eq:
        raise ValueError("eq must be true if order is true")

    def decorate(plain: type) -> type:
        own = set(vars(plain))
        plain.__doc__ = plain.__doc__ or plain.__name__
        fields_only = _standard(init=False, repr=False, eq=False, match_args=match_args, kw_only=kw_only, slots=slots)
        made = cast(type, fields_only(plain))
        methods = _methods(made, own, init=init, repr=repr, eq=eq, order=order, frozen=frozen)
        for name, method in methods.items():
            if name not in own:
                setattr(made, name, method)
        _set_hash(made, own, eq=eq, frozen=frozen, unsafe_hash=unsafe_hash)
        return made

    return decorate if cls is None else decorate(cls)


def _methods(
    cls: type, own: set[str], *, init: bool, repr: bool, eq: bool, order: bool, frozen: bool
) -> dict[str, Callable[..., Any]]:
    methods: dict[str, Callable[..., Any]] = {}
    if init:
        methods["__init__"] = _init(cls)
    if repr:
        methods["__repr__"] = _repr(cls)
    if eq:
        methods["__eq__"] = _comparison(cls, operator.eq)
    if order:
        if clash := own & _ORDER.keys():
            raise TypeError(f"Cannot overwrite attribute {min(clash)} in class {cls.__name__}")
        methods |= {name: _comparison(cls, compare) for name, compare in _ORDER.items()}
    if frozen:
        methods |= {"__setattr__": _refuse_assignment, "__delattr__": _refuse_deletion}
    return methods


def _init(cls: type) -> Callable[..., None]:
    fields = dataclasses.fields(cls)
    _check_defaults(fields)
    ordered = [one.name for one in fields if one.init and not one.kw_only]
    known = {one.name for one in fields if one.init}
    assign = object.__setattr__

    def __init__(self: Any, *args: Any, **values: Any) -> None:
        _bind(cls.__name__, ordered, known, args, values)
        for one in fields:
            value = values[one.name] if one.name in values else _default(cls.__name__, one)
            if value is not dataclasses.MISSING:
                assign(self, one.name, value)
        if hasattr(self, "__post_init__"):
            self.__post_init__()

    return __init__


def _bind(name: str, ordered: list[str], known: set[str], args: tuple[Any, ...], values: dict[str, Any]) -> None:
    """Adds the positional arguments to the named ones, or raises TypeError as a call would."""
    if len(args) > len(ordered):
        raise TypeError(f"{name}() takes {len(ordered)} positional arguments but {len(args)} were given")
    positional = dict(zip(ordered, args, strict=False))
    if twice := positional.keys() & values.keys():
        raise TypeError(f"{name}() got multiple values for argument {min(twice)!r}")
    if extra := values.keys() - known:
        raise TypeError(f"{name}() got an unexpected keyword argument {min(extra)!r}")
    values.update(positional)


def _default(name: str, one: "dataclasses.Field[Any]") -> Any:
    if one.default is not dataclasses.MISSING:
        return one.default
    if one.default_factory is not dataclasses.MISSING:
        return one.default_factory()
    if one.init:
        raise TypeError(f"{name}() missing a required argument: {one.name!r}")
    return dataclasses.MISSING


def _check_defaults(fields: "Iterable[dataclasses.Field[Any]]") -> None:
    seen = False
    for one in fields:
        if one.init and not one.kw_only:
            has_default = one.default is not dataclasses.MISSING or one.default_factory is not dataclasses.MISSING
            if seen and not has_default:
                raise TypeError(f"non-default argument {one.name!r} follows default argument")
            seen = seen or has_default


def _repr(cls: type) -> Callable[[Any], str]:
    names = [one.name for one in dataclasses.fields(cls) if one.repr]

    @reprlib.recursive_repr()
    def __repr__(self: Any) -> str:
        return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"

    return __repr__


def _values(cls: type, *, of: str) -> Callable[[Any], tuple[Any, ...]]:
    names = [
        one.name
        for one in dataclasses.fields(cls)
        if (one.compare if of == "compare" or one.hash is None else one.hash)
    ]

    def values(self: Any) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in names)

    return values


def _comparison(cls: type, compare: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    values = _values(cls, of="compare")

    def method(self: Any, other: Any) -> Any:
        return compare(values(self), values(other)) if type(other) is type(self) else NotImplemented

    return method


def _set_hash(cls: Any, own: set[str], *, eq: bool, frozen: bool, unsafe_hash: bool) -> None:
    """By the table of the standard library: hashed by value if it cannot change, not at all if it can."""
    has_own = "__hash__" in own and not ("__eq__" in own and cls.__hash__ is None)
    if unsafe_hash and has_own:
        raise TypeError(f"Cannot overwrite attribute __hash__ in class {cls.__name__}")
    if unsafe_hash or (eq and frozen and not has_own):
        cls.__hash__ = _hash(cls)
    elif eq and not has_own:
        cls.__hash__ = None


def _hash(cls: type) -> Callable[[Any], int]:
    values = _values(cls, of="hash")

    def __hash__(self: Any) -> int:
        return hash(values(self))

    return __hash__


def _refuse_assignment(self: Any, name: str, value: Any) -> None:  # noqa: ARG001
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_deletion(self: Any, name: str) -> None:  # noqa: ARG001
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
