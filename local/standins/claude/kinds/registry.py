"""Which kind of agent an opportunity calls for. The same opportunity always gets the same; a tie is spread by its seed."""

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
from local.standins.claude.kinds.kind import Kind

KINDS: tuple[Kind, ...] = (
    *(page_watch.KIND, mention_watch.KIND, deadline_watch.KIND),
    *(cash_flow.KIND, list_ranking.KIND, feedback_themes.KIND, price_plan.KIND),
    *(reply_drafter.KIND, clarity_review.KIND, intake_brief.KIND, outreach_review.KIND),
)
TEMPLATES = ("monitoring", "data_processing", "communication")
CLOSE = 0.95
"""Kinds that reach this share of the best one suit as well."""
FOR_ONE = 0.5
"""What counts beside the share of the problems: a kind that one problem asks for loudly may still be the best."""
FAINT = 0.4
"""Below this no words speak for anything in particular: the kind that begins with questions is taken."""


def chosen_kind(brief: Brief) -> Kind:
    weights = {kind.name: brief.weight(kind.signals) * (FOR_ONE + brief.share(kind.signals)) for kind in KINDS}
    top = max(weights.values())
    if top < FAINT:
        return intake_brief.KIND
    running = [kind for kind in KINDS if weights[kind.name] >= CLOSE * top]
    return running[brief.seed % len(running)]


def kind_of_spec(spec: dict[str, object]) -> Kind | None:
    """The kind that made a spec, by its template and the output field that only it has."""
    schema = spec.get("output_schema")
    properties = schema.get("properties") if isinstance(schema, dict) else None
    kind = kind_of_outputs(properties) if isinstance(properties, dict) else None
    return kind if kind is not None and kind.template == spec.get("template") else None


def kind_of_outputs(names: Iterable[str]) -> Kind | None:
    known = set(names)
    return next((kind for kind in KINDS if kind.marker in known), None)
