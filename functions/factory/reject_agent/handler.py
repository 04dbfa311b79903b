"""Factory stage 7, the alternative to publishing: gives the opportunity up."""

from functions.factory.reject_agent.reject import reject
from shared.builds.build import Build
from shared.builds.report import FindingKind
from shared.runtime import wiring
from shared.runtime.observability import count
from shared.runtime.stage import run_as_stage


@run_as_stage(Build)
def handler(build: Build) -> Build:
    rejected = reject(build, agents=wiring.catalogue.agents(), opportunities=wiring.market.opportunities())
    count("AgentsRejected", reason=_name_kind(rejected.reason or ""))
    return rejected


def _name_kind(reason: str) -> str:
    """The kind of a reason, from a closed set: texts of agents or models must not create new metric dimensions."""
    known = ("static gate", "the static gate", *(kind.value for kind in FindingKind))
    return next((name for name in known if reason.startswith(name)), "quality")
