"""Which kind of agent an opportunity calls for. The same opportunity always gets the same; a tie is spread by its seed."""

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
CLOSE = 0.45
"""Templates whose best kind reaches this share of the best one are all in the running."""
FAINT = 1.5
"""Below this no words speak for anything in particular, and one of the kinds that suit most problems is taken."""
BROAD = ("mention_watch", "list_ranking", "intake_brief")


LEAN = {"monitoring": 1.25, "data_processing": 1.0, "communication": 0.9}
"""People rarely ask in so many words for something to be watched, and often for advice."""


def chosen_kind(brief: Brief) -> Kind:
    weights = {kind.name: LEAN[kind.template] * brief.weight(kind.signals) / average_signal(kind) for kind in KINDS}
    best = [
        max((kind for kind in KINDS if kind.template == template), key=lambda kind: weights[kind.name])
        for template in TEMPLATES
    ]
    top = max(weights.values())
    if top < FAINT:
        running = [kind for kind in KINDS if kind.name in BROAD]
    else:
        running = [kind for kind in best if weights[kind.name] >= CLOSE * top]
    return running[brief.seed % len(running)]


def average_signal(kind: Kind) -> float:
    """Kinds with longer lists of words would win by their length alone."""
    return sum(kind.signals.values()) ** 0.5


def kind_of_spec(spec: dict[str, object]) -> Kind | None:
    """The kind that made a spec, by the output field that only it has."""
    schema = spec.get("output_schema")
    properties = schema.get("properties") if isinstance(schema, dict) else None
    if not isinstance(properties, dict):
        return None
    return next((kind for kind in KINDS if kind.template == spec.get("template") and kind.marker in properties), None)
