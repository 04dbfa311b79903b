"""The base types of all values: plain JSON, and models that never change."""

from typing import Any

from pydantic import BaseModel, ConfigDict

Json = Any
"""A JSON value: null, true, a number, a text, a list or an object with text keys."""


class Frozen(BaseModel):
    """A model whose fields are set once; an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")
