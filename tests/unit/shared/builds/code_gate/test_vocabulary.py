import builtins
import contextlib
import importlib

import pytest

from shared.builds.code_gate.vocabulary import (
    ATTRIBUTES,
    BUILTINS,
    CLASSES,
    FORBIDDEN_ATTRIBUTE_PREFIXES,
    FORBIDDEN_ATTRIBUTES,
    MODULES,
    UNCHANGEABLE,
)

NAMES = sorted(f"{module}.{name}" for module, names in MODULES.items() for name in names)


def meant(name: str) -> object:
    module, _, attribute = name.rpartition(".")
    return getattr(importlib.import_module(module), attribute)


@pytest.mark.parametrize("name", NAMES)
def test_every_name_exists_and_is_known_for_a_class_if_it_is_one(name: str) -> None:
    stateless = name.startswith(("itertools.", "typing.")) and name != "typing.Any"

    assert (isinstance(meant(name), type) and not stateless) == (name in CLASSES)


@pytest.mark.parametrize("name", sorted(UNCHANGEABLE))
def test_a_class_that_may_be_a_value_takes_no_assignment(name: str) -> None:
    with pytest.raises(TypeError):
        meant(name).an_attribute = 1  # pyright: ignore[reportAttributeAccessIssue]


def test_no_builtin_that_may_be_named_takes_an_assignment() -> None:
    for name in BUILTINS:
        with contextlib.suppress(TypeError, AttributeError):
            getattr(builtins, name).an_attribute = 1
            pytest.fail(f"{name} can be changed")


def test_no_attribute_leads_out() -> None:
    assert not ATTRIBUTES & FORBIDDEN_ATTRIBUTES
    assert not [name for name in ATTRIBUTES if name.startswith(FORBIDDEN_ATTRIBUTE_PREFIXES)]
