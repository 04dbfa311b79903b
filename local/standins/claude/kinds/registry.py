"""Which kind of agent an opportunity calls for. The same opportunity always gets the same."""

from collections.abc import Iterable
from pathlib import Path

from local.standins.claude.kinds.brief import Brief
from local.standins.claude.kinds.documents import KindInvalid
from local.standins.claude.kinds.fit import fits
from local.standins.claude.kinds.kind import Kind
from local.standins.claude.kinds.load import load_kind
from shared.builds.worked_examples import read_logic

HERE = Path(__file__).parent
NAMES = (
    *("page_watch", "mention_watch", "deadline_watch"),
    *("cash_flow", "list_ranking", "feedback_themes", "price_plan"),
    *("reply_drafter", "clarity_review", "intake_brief", "outreach_review"),
)
"""Among kinds that an opportunity calls for as strongly, the first is taken."""
TEMPLATES = ("monitoring", "data_processing", "communication")
TOUCH = 0.02
"""How much the tone of all words decides among kinds that as many problems speak of."""


def load_kinds() -> tuple[Kind, ...]:
    if unnamed := {path.parent.name for path in HERE.glob("*/kind.yaml")} - set(NAMES):
        raise KindInvalid(f"registry.NAMES does not name {sorted(unnamed)[0]!r}")
    return tuple(load_kind(HERE / name, read_logic) for name in NAMES)


KINDS = load_kinds()
SORTS_AND_ASKS = next(kind for kind in KINDS if kind.name == "intake_brief")
"""Taken where no kind is spoken of by enough: it gives no answer of its own."""
ASKS_BACK = SORTS_AND_ASKS.flavours[SORTS_AND_ASKS.otherwise].agent
"""The agent that sorts any story."""
ASKED_FOR = {one.agent: one.asked_for for kind in KINDS for one in kind.flavours.values()}


def chosen_kind(brief: Brief) -> Kind:
    """The kind that most problems speak of; where none is spoken of by enough, the one that only sorts and asks."""
    fitting = [kind for kind in KINDS if _fitting(brief, kind)]
    return max(fitting, key=lambda kind: _standing(brief, kind), default=SORTS_AND_ASKS)


def signals_of(agent_name: str) -> dict[str, float]:
    """The words that ask for an agent, by its name with or without the topic after its colon; none for an agent of no
    kind.
    """
    return ASKED_FOR.get(agent_name.split(":")[0].strip(), {})


def _standing(brief: Brief, kind: Kind) -> float:
    return max(map(brief.support, _fitting(brief, kind))) + TOUCH * brief.weight(kind.signals)


def _fitting(brief: Brief, kind: Kind) -> list[dict[str, float]]:
    return [one.asked_for for one in kind.flavours.values() if fits(brief, one.asked_for)]


def kind_of_spec(spec: dict[str, object]) -> Kind | None:
    """The kind that made a spec, by its template and the output field that only it has."""
    schema = spec.get("output_schema")
    properties = schema.get("properties") if isinstance(schema, dict) else None
    kind = kind_of_outputs(properties) if isinstance(properties, dict) else None
    return kind if kind is not None and kind.template == spec.get("template") else None


def kind_of_outputs(names: Iterable[str]) -> Kind | None:
    known = set(names)
    return next((kind for kind in KINDS if kind.marker in known), None)
