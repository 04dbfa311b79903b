"""The state that the agent factory carries from stage to stage: ids and S3 keys only."""

from enum import StrEnum

from shared.values import Frozen

MAX_ROUNDS = 3


class Next(StrEnum):
    """The next state of the state machine; the values are the names of its states."""

    NOTHING_TO_BUILD = "nothing_to_build"
    GENERATE_SPEC = "generate_spec"
    GENERATE_CODE = "generate_code"
    BUILD_IMAGE = "build_image"
    TEST_AGENT = "test_agent"
    SCORE_QUALITY = "score_quality"
    PUBLISH_AGENT = "publish_agent"
    REJECT_AGENT = "reject_agent"
    DONE = "done"


class Build(Frozen):
    """One execution of the factory for one opportunity. `round` counts code generations from 1.

    `spec_key`: AgentSpec as YAML. `code_key`: JSON `{"agent.py": …, "logic.py": …, "spec.json": …}`. `gate_key`:
    GateReport. `image_digest`: `sha256:…` in the agents' repository, appended to the base image `base_digest`.
    `report_key`: TestReport. `scores_key`: QualityScores. `feedback_key`: Feedback, why the last round failed.
    `reason`: why the build was rejected. `by_hand`: WrittenByHand, for an agent that a person wrote.
    """

    build_id: str
    opportunity_id: str
    round: int = 1
    slug: str | None = None
    version: int = 1
    spec_key: str | None = None
    code_key: str | None = None
    gate_key: str | None = None
    image_digest: str | None = None
    base_digest: str | None = None
    report_key: str | None = None
    scores_key: str | None = None
    feedback_key: str | None = None
    reason: str | None = None
    outcome: str | None = None
    by_hand: str | None = None
    next: Next

    def advance(self, to: Next, **changes: object) -> "Build":
        return Build.model_validate({**self.model_dump(), **changes, "next": to})

    def another_round(self, feedback_key: str, reason: str) -> "Build":
        """Go back to generate_code with feedback, or to reject_agent when the rounds are used up. A person's code has
        only one round, since no model can rewrite it.
        """
        if self.round >= MAX_ROUNDS or self.by_hand is not None:
            return self.advance(Next.REJECT_AGENT, feedback_key=feedback_key, reason=reason)
        return self.advance(Next.GENERATE_CODE, feedback_key=feedback_key, reason=reason, round=self.round + 1)


def make_origin_key(build: Build) -> str:
    """The S3 key of the SpecOrigin."""
    return f"builds/{build.build_id}/spec-origin.json"
