"""Gives an opportunity up, and stores the reason where people look for it: on the opportunity and on the agent's row.

The row keeps its slug, so that a name in reports and logs never changes its meaning. If the same opportunity is tried
again, it uses the same slug.
"""

from typing import Protocol

from shared.builds.build import Build, Next
from shared.catalogue.repository import Agent

NO_REASON = "no agent of sufficient quality came out of the allowed rounds"


class Rejecting(Protocol):
    def reject(self, slug: str, opportunity_id: str, build_id: str, reason: str) -> Agent: ...


class Rejected(Protocol):
    def release(self, opportunity_id: str, holder: str, reason: str) -> bool: ...

    def mark_rejected(self, opportunity_id: str, holder: str, reason: str) -> None: ...


def reject(build: Build, *, agents: Rejecting, opportunities: Rejected) -> Build:
    """Reject the agent's row first, while the lease still keeps other builds away from the opportunity. Repeatable.

    If a person wrote the agent, its failure says nothing about the opportunity, which becomes open again.
    """
    reason = build.reason or NO_REASON
    if build.slug is not None:
        agents.reject(build.slug, build.opportunity_id, build.build_id, reason)
    if build.by_hand is not None:
        opportunities.release(build.opportunity_id, build.build_id, reason)
    else:
        opportunities.mark_rejected(build.opportunity_id, build.build_id, reason)
    return build.advance(Next.DONE, outcome="rejected", reason=reason)
