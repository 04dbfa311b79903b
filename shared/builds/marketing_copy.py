"""The texts that sell an agent. A model writes them, so each is reduced to plain text and has to be about this agent;
otherwise it is replaced.

Replacements come from the spec's own texts and from the problems, which passed the same kind of checks before.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from shared.opportunities.models import Opportunity
from shared.specs.spec import AgentSpec
from shared.untrusted_text.plain_text import check_text
from shared.untrusted_text.wording import fits, make_plain
from shared.values import Frozen, Json

TAGLINE_LENGTH = 140
DESCRIPTION_LENGTH = 1_200
USE_CASE_LENGTH = 160
SHORTEST_TAGLINE = 10
SHORTEST_DESCRIPTION = 40
SHORTEST_USE_CASE = 12
USE_CASES = 4


class CopyDraft(BaseModel):
    """What the prompt `write_copy` has to answer with. Plain text; `use_cases` one sentence each."""

    model_config = ConfigDict(extra="forbid")

    tagline: str
    description: str
    use_cases: Annotated[list[str], Field(max_length=12)]


class MarketingCopy(Frozen):
    """Texts that may be shown. `replaced` names those whose model-written version was not fit to be shown."""

    tagline: str
    description: str
    use_cases: tuple[str, ...]
    model: str
    replaced: tuple[str, ...]


def gather_copy_facts(spec: AgentSpec, opportunity: Opportunity) -> dict[str, Json]:
    """The facts for the copywriter prompt, all of them as data."""
    return {
        "name": spec.name,
        "tagline": spec.tagline,
        "description": spec.description,
        "category": spec.category.value,
        "inputs": _list_fields(spec.input_schema),
        "outputs": _list_fields(spec.output_schema),
        "who": opportunity.who,
        "problems": [problem.statement for problem in opportunity.problems[:8]],
    }


def clean_copy(draft: CopyDraft, model: str, spec: AgentSpec, opportunity: Opportunity) -> MarketingCopy:
    sources = [spec.name, spec.tagline, spec.description, opportunity.title, opportunity.summary, opportunity.who]
    sources += [opportunity.agent_idea, *_list_fields(spec.input_schema), *_list_fields(spec.output_schema)]
    sources += [problem.statement for problem in opportunity.problems]
    tagline = _fit(draft.tagline, TAGLINE_LENGTH, SHORTEST_TAGLINE, sources)
    description = _fit(draft.description, DESCRIPTION_LENGTH, SHORTEST_DESCRIPTION, sources)
    cases = [_fit(case, USE_CASE_LENGTH, SHORTEST_USE_CASE, sources) for case in draft.use_cases]
    fitting = tuple(dict.fromkeys(case for case in cases if case is not None))[:USE_CASES]
    checks = {"tagline": tagline, "description": description, "use_cases": None if None in cases or not fitting else ""}
    return MarketingCopy(
        tagline=tagline or make_plain(spec.tagline, TAGLINE_LENGTH).text,
        description=description or make_plain(spec.description, DESCRIPTION_LENGTH).text,
        use_cases=fitting or _use_cases_of(opportunity),
        model=model,
        replaced=tuple(name for name, text in checks.items() if text is None),
    )


def _fit(text: str, longest: int, shortest: int, sources: Iterable[str]) -> str | None:
    """The text as it may be shown. None if it is too short, marked up, gives orders, or is about something else."""
    made = make_plain(text, longest)
    if len(made.text) < shortest or made.changed or check_text("copy", made.text) or not fits(made.text, sources):
        return None
    return made.text


def _use_cases_of(opportunity: Opportunity) -> tuple[str, ...]:
    statements = (make_plain(problem.statement, USE_CASE_LENGTH).text for problem in opportunity.problems)
    return tuple(dict.fromkeys(text for text in statements if text))[:USE_CASES]


def _list_fields(schema: Mapping[str, Json]) -> list[str]:
    return [
        f"{name.replace('_', ' ')}: {inner.get('description', '')}"
        for name, inner in schema.get("properties", {}).items()
    ]
