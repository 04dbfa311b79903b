"""The static gate and the linters behind it, in CPU time, on the code that the offline model writes."""

import time
from collections.abc import Callable, Iterable
from statistics import median

from functions.factory.generate_code.frame import render_frame
from functions.factory.generate_spec.assemble import assemble
from functions.factory.generate_spec.draft import SpecDraft
from local.standins.claude.kinds.brief import Brief
from local.standins.claude.kinds.registry import KINDS
from shared.adapters.code_linters import CodeLinters
from shared.builds.code_gate.gate import check_code

Figure = tuple[str, float, str]
ROUNDS = 5
BRIEF = Brief({"title": "Getting paid on time", "problems": [{"quote": "My clients pay their invoices late."}]})


def figures() -> Iterable[Figure]:
    drafts = [(kind, kind.shape(BRIEF).draft(kind.template, BRIEF.topic(), "")) for kind in KINDS]
    agents = [(assemble(SpecDraft.model_validate(draft)), kind.logic(BRIEF)) for kind, draft in drafts]
    linters = CodeLinters()
    linters.findings(agents[0][1])
    lines = median(source.count("\n") for _, source in agents)
    yield "lines of a logic.py, median", lines, ""
    yield "static gate, one logic.py", _ms([lambda s=s, c=c: check_code(c, s) for s, c in agents]), "ms CPU"
    yield (
        "bandit in this process (ruff is another)",
        _ms([lambda c=c: linters.findings(c) for _, c in agents]),
        "ms CPU",
    )
    yield "agent.py from its template", _ms([lambda s=s: render_frame(s) for s, _ in agents]), "ms CPU"
    checks = [lambda d=d: assemble(SpecDraft.model_validate(d)) for _, d in drafts]
    yield "draft to spec with all checks", _ms(checks), "ms CPU"


def _ms(calls: list[Callable[[], object]]) -> float:
    """Median over the kinds of the quickest of some rounds."""
    return round(median(min(_cpu(call) for _ in range(ROUNDS)) for call in calls) * 1000, 1)


def _cpu(call: Callable[[], object]) -> float:
    before = time.process_time()
    call()
    return time.process_time() - before
