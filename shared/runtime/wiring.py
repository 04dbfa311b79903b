"""The composition root: the only place that builds adapters, each on first use, so a function loads only its own."""

from functools import cache
from typing import TYPE_CHECKING

from shared.runtime.settings import settings

if TYPE_CHECKING:
    from shared.adapters.artifacts import Artifacts
    from shared.adapters.claude import Claude


@cache
def artifacts() -> "Artifacts":
    from shared.adapters.artifacts import Artifacts

    return Artifacts(settings().artifacts_bucket)


@cache
def claude() -> "Claude":
    from shared.adapters.claude import Claude
    from shared.adapters.secrets import secret_json

    return Claude(api_key=secret_json(settings().anthropic_secret)["api_key"], base_url=settings().claude_url)
