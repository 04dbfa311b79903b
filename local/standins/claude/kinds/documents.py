"""Reading the YAML files of the kinds: every fault names its file and its field."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from shared.values import Json

T = TypeVar("T")
HERE = Path(__file__).parent


class KindInvalid(Exception):
    """A file of a kind says something that cannot be."""


class _Loader(yaml.CSafeLoader):
    """Refuses a key that stands twice: YAML would silently keep the last."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Json, Json]:
    keys = [loader.construct_object(key) for key, _ in node.value]
    if twice := [key for place, key in enumerate(keys) if key in keys[:place]]:
        raise yaml.MarkedYAMLError(problem=f"the key {twice[0]!r} stands twice", problem_mark=node.start_mark)
    return loader.construct_mapping(node, deep=True)


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_document(
    path: Path, form: TypeAdapter[T], complete: Callable[[dict[str, Json]], dict[str, Json]] = lambda given: given
) -> T:
    """`complete` adds what the file may leave out. Raises KindInvalid."""
    name = path.relative_to(HERE) if path.is_relative_to(HERE) else path
    try:
        given = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a safe loader
        if not isinstance(given, dict):
            raise KindInvalid(f"{name}: must be a mapping")
        return form.validate_python(complete(given))
    except (OSError, yaml.YAMLError) as error:
        raise KindInvalid(f"{name}: {error}") from error
    except ValidationError as error:
        raise KindInvalid(f"{name}: {_first(error)}") from error


def _first(error: ValidationError) -> str:
    fault = error.errors(include_url=False)[0]
    return f"{'.'.join(str(part) for part in fault['loc']) or 'the whole'}: {fault['msg']}"
