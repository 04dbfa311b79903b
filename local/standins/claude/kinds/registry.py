"""Which kind of agent an opportunity calls for. The same opportunity always gets the same."""

from collections.abc import Iterable

from local.standins.claude.kinds import (
    cash_flow,
    clarity_review,
    deadline_watch,
    feedback_themes,
    intake_brief,
    list_ranking,
    mention_watch,
    outreach_review,
    page_watch,
    price_plan,
    reply_drafter,
)
from local.standins.claude.kinds.brief import Brief
from local.standins.claude.kinds.fit import WORDS, fits, signals_of
from local.standins.claude.kinds.kind import Kind

KINDS: tuple[Kind, ...] = (
    *(page_watch.KIND, mention_watch.KIND, deadline_watch.KIND),
    *(cash_flow.KIND, list_ranking.KIND, feedback_themes.KIND, price_plan.KIND),
    *(reply_drafter.KIND, clarity_review.KIND, intake_brief.KIND, outreach_review.KIND),
)
TEMPLATES = ("monitoring", "data_processing", "communication")
TOUCH = 0.02
"""How much the tone of all words decides among kinds that as many problems speak of."""


def chosen_kind(brief: Brief) -> Kind:
    """The kind that most problems speak of; where none is spoken of by enough, the one that only sorts and asks."""
    fitting = [kind for kind in KINDS if any(fits(brief, agent) for agent in WORDS[kind.name])]
    return max(fitting, key=lambda kind: _standing(brief, kind), default=intake_brief.KIND)


def _standing(brief: Brief, kind: Kind) -> float:
    best = max(brief.support(signals_of(agent)) for agent in WORDS[kind.name] if fits(brief, agent))
    return best + TOUCH * brief.weight(kind.signals)


def kind_of_spec(spec: dict[str, object]) -> Kind | None:
    """The kind that made a spec, by its template and the output field that only it has."""
    schema = spec.get("output_schema")
    properties = schema.get("properties") if isinstance(schema, dict) else None
    kind = kind_of_outputs(properties) if isinstance(properties, dict) else None
    return kind if kind is not None and kind.template == spec.get("template") else None


def kind_of_outputs(names: Iterable[str]) -> Kind | None:
    known = set(names)
    return next((kind for kind in KINDS if kind.marker in known), None)
