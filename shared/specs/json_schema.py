"""JSON Schema with the patterns of ECMA-262, as every other reader of our published documents understands them.

In ECMA-262 `\\d` means ASCII digits and `$` means the end. In Python `\\d` also matches `٢`, and `$` also matches
before a final line feed.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend  # pyright: ignore[reportUnknownVariableType]
from referencing import Registry

# A `$ref` to another document is an error: a schema must not make us request an address of its choice.
_NO_REMOTE_SCHEMAS: Registry[Any] = Registry()


@lru_cache(64)
def _compile(pattern: str) -> re.Pattern[str]:
    ends = pattern.endswith("$") and not pattern.endswith("\\$")
    return re.compile(pattern[:-1] + r"\Z" if ends else pattern, re.ASCII)


def _check_pattern(_validator: Any, pattern: str, value: object, _schema: Any) -> Iterator[ValidationError]:
    if isinstance(value, str) and not _compile(pattern).search(value):
        yield ValidationError(f"{value!r} does not match {pattern!r}")


_Validator = cast(Any, extend(Draft202012Validator, {"pattern": _check_pattern}))


def make_schema_validator(schema: Any) -> Draft202012Validator:
    """A validator that never follows a reference to another document."""
    return cast(Draft202012Validator, _Validator(schema, registry=_NO_REMOTE_SCHEMAS))
