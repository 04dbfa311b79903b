"""Which build may work on which opportunity. This module decides; a conditional write in the repository enforces it."""

from datetime import datetime, timedelta

from shared.opportunities.models import OpportunityStatus
from shared.values import Frozen

LEASE = timedelta(hours=2)
"""Longer than the longest factory execution, so a lease runs out only if its build died without recording it."""


class Standing(Frozen):
    """The state of an opportunity in the factory. `holder` is a build id. `reason` says why the opportunity was
    rejected, muted or released.

    `failed_builds` counts builds that gave up. An opportunity with failed builds waits behind those not tried yet.
    """

    status: OpportunityStatus = OpportunityStatus.OPEN
    holder: str | None = None
    leased_until: datetime | None = None
    reason: str | None = None
    agent: str | None = None
    failed_builds: int = 0

    def lease_to(self, holder: str, now: datetime) -> "Standing | None":
        """The standing with a new or renewed lease for this holder; None if the holder may not have the lease."""
        if self.status in _FINAL:
            return None
        if self.status is OpportunityStatus.LEASED and self.holder != holder and not self._is_expired(now):
            return None
        return self.model_copy(
            update={"status": OpportunityStatus.LEASED, "holder": holder, "leased_until": now + LEASE}
        )

    def release(self, holder: str, reason: str) -> "Standing | None":
        """Open again, with the reason and one more failed build; None if the holder does not hold the lease."""
        if self.status is not OpportunityStatus.LEASED or self.holder != holder:
            return None
        return Standing(reason=reason, failed_builds=self.failed_builds + 1)

    def serve(self, holder: str, agent: str) -> "Standing | None":
        """Served by the agent with this slug; None if another build has the lease now. Repeating it changes nothing."""
        return self._finish(holder, OpportunityStatus.SERVED, agent=agent, reason=None)

    def reject(self, holder: str, reason: str) -> "Standing | None":
        """Rejected with the reason; None if another build has the lease now. Repeating it changes nothing."""
        return self._finish(holder, OpportunityStatus.REJECTED, agent=None, reason=reason)

    def reopen(self, now: datetime) -> "Standing | None":
        """Reset to open by a person's decision; None if the opportunity is being built or was served."""
        if self._is_settled(now):
            return None
        return self if self.status is OpportunityStatus.OPEN else Standing()

    def mute(self, reason: str, now: datetime) -> "Standing | None":
        """Closed to builds until a person reopens it; None if the opportunity is being built or was served."""
        if self._is_settled(now):
            return None
        if self.status is OpportunityStatus.MUTED:
            return self
        return Standing(status=OpportunityStatus.MUTED, reason=reason, failed_builds=self.failed_builds)

    def _is_settled(self, now: datetime) -> bool:
        if self.status is OpportunityStatus.SERVED:
            return True
        return self.status is OpportunityStatus.LEASED and not self._is_expired(now)

    def _is_expired(self, now: datetime) -> bool:
        return self.leased_until is None or self.leased_until <= now

    def _finish(
        self, holder: str, status: OpportunityStatus, *, agent: str | None, reason: str | None
    ) -> "Standing | None":
        done = Standing(status=status, holder=holder, agent=agent, reason=reason, failed_builds=self.failed_builds)
        if self.holder == holder and self.status is status:
            return self
        if self.status is OpportunityStatus.LEASED and self.holder == holder:
            return done
        return None


_FINAL = frozenset({OpportunityStatus.SERVED, OpportunityStatus.REJECTED, OpportunityStatus.MUTED})
