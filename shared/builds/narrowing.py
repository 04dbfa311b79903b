"""Which permissions an agent keeps: only those that a run of its test used, and three times the largest use of each
budget.

A permission that no test run used is untested, and a customer must not be the first to try it.
"""

from collections.abc import Sequence

from shared.builds.report import Used
from shared.runs.allowance import read_url_host
from shared.runs.loop import Recorded
from shared.specs.effects import EffectKind, EffectSucceeded
from shared.specs.spec import AgentSpec, Budgets, Capabilities

TIMES = 3
BUDGETS_OF = {
    EffectKind.LLM: ("llm_calls", "llm_tokens"),
    EffectKind.FETCH: ("fetches", "fetch_bytes"),
    EffectKind.RECALL: ("memory_keys",),
    EffectKind.REMEMBER: ("memory_keys",),
    EffectKind.NOTIFY: ("notifications",),
}


def measure_use(recorded: Sequence[Recorded], before: Used) -> Used:
    """The use of these records, combined with the use of runs `before`. Refused effects use nothing."""
    done = [one for one in recorded if one.result.ok]
    kinds = {one.effect.kind for one in done} | set(before.effects)
    hosts = {read_url_host(str(one.effect.args.get("url"))) for one in done if one.effect.kind is EffectKind.FETCH}
    spent, most = _count_spent(done).model_dump(), before.budgets.model_dump()
    return Used(
        effects=tuple(kind for kind in EffectKind if kind in kinds),
        hosts=tuple(sorted({host for host in hosts if host} | set(before.hosts))),
        budgets=Budgets.model_validate({name: max(most[name], amount) for name, amount in spent.items()}),
    )


def narrow(spec: AgentSpec, used: Used) -> AgentSpec:
    """The spec with only the permissions that its test used. Applying it again with the same use changes nothing."""
    kept = spec.capabilities
    effects = tuple(kind for kind in kept.effects if kind in used.effects)
    fetches = EffectKind.FETCH in effects
    counted = {name for kind in effects for name in BUDGETS_OF.get(kind, ())}
    most, allowed = used.budgets.model_dump(), kept.budgets.model_dump()
    budgets = {name: min(allowed[name], max(1, TIMES * most[name])) if name in counted else 0 for name in allowed}
    capabilities = Capabilities(
        effects=effects,
        hosts=tuple(host for host in kept.hosts if host in used.hosts),
        hosts_from_input=kept.hosts_from_input if fetches else (),
        budgets=Budgets.model_validate(budgets),
    )
    return spec.model_copy(update={"capabilities": capabilities})


def _count_spent(done: Sequence[Recorded]) -> Budgets:
    def of(*kinds: EffectKind) -> list[Recorded]:
        return [one for one in done if one.effect.kind in kinds]

    fetched = [one.result.value for one in of(EffectKind.FETCH) if isinstance(one.result, EffectSucceeded)]
    pages = [str(page["text"]) for page in fetched]
    return Budgets(
        llm_calls=len(of(EffectKind.LLM)),
        llm_tokens=sum(int(one.effect.args.get("max_tokens", 800)) for one in of(EffectKind.LLM)),
        fetches=len(pages),
        fetch_bytes=sum(len(text.encode()) for text in pages),
        memory_keys=len({str(one.effect.args["key"]) for one in of(EffectKind.RECALL, EffectKind.REMEMBER)}),
        notifications=len(of(EffectKind.NOTIFY)),
    )
