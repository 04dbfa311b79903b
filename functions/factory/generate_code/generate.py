"""Completes the agent's template, checks the code with the static gate, and stores code that may be built."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from functions.factory.generate_code.draft import LogicDraft
from functions.factory.generate_code.frame import render_frame
from functions.factory.generate_code.worked_examples import write_code_examples
from shared.adapters.artifacts import ArtifactMissing, Artifacts, write_canonical_json
from shared.adapters.claude import Claude
from shared.builds.build import Build, Next, make_origin_key
from shared.builds.by_hand import A_PERSON, APPROACH, WrittenByHand
from shared.builds.code_gate.gate import check_code
from shared.builds.code_gate.tool_use import list_allowed_tools
from shared.builds.handover import BuildIncomplete, Feedback, GateReport, SpecOrigin
from shared.specs.document import spec_from_yaml
from shared.specs.spec import AgentSpec

MAX_TOKENS = 12_000


class Linters(Protocol):
    def findings(self, source: str) -> list[str]: ...


@dataclass(frozen=True)
class Review:
    """The gate's verdict on one round's code. If `findings` is empty, the code may be built."""

    findings: list[str]
    logic_py: str


def generate_code(
    build: Build,
    opportunity: dict[str, object],
    *,
    claude: Claude,
    model: str,
    linters: Linters,
    artifacts: Artifacts,
) -> Build:
    """Continue to build_image with `code_key`, or to another round with the gate's findings, or after the last round to
    reject_agent.
    """
    if build.spec_key is None:
        raise BuildIncomplete("generate_code needs spec_key")
    spec = spec_from_yaml(artifacts.get_text(build.spec_key))
    frame = render_frame(spec)
    if build.by_hand is not None:
        draft, author = _read_written(build.by_hand, artifacts), A_PERSON
    else:
        answer = claude.ask(
            "generate_logic",
            _ask(build, spec, frame, opportunity, artifacts),
            LogicDraft,
            model=model,
            max_tokens=MAX_TOKENS,
            examples=write_code_examples(spec),
        )
        draft, author = answer.value, answer.model
    review = review_code(draft.logic_py, spec, linters)
    artifacts.put_text(_make_logic_key(build, build.round), review.logic_py)
    gate_key = artifacts.put_model(
        f"builds/{build.build_id}/round-{build.round}/gate.json",
        GateReport(
            findings=tuple(review.findings),
            approach=draft.approach,
            model=author,
            spec_model=_read_spec_model(build, artifacts),
        ),
    )
    if review.findings:
        reason = f"the static gate refused the code: {review.findings[0]}"
        feedback_key = artifacts.put_model(
            f"builds/{build.build_id}/round-{build.round}/feedback.json", Feedback(findings=tuple(review.findings))
        )
        return build.another_round(feedback_key, reason).model_copy(update={"gate_key": gate_key, "code_key": None})
    bundle = make_code_bundle(spec, frame, review.logic_py)
    code_key = artifacts.put_addressed("code", write_canonical_json(bundle), ".json")
    return build.advance(Next.BUILD_IMAGE, code_key=code_key, gate_key=gate_key)


def _read_written(key: str, artifacts: Artifacts) -> LogicDraft:
    return LogicDraft(approach=APPROACH, logic_py=artifacts.get_model(key, WrittenByHand).logic_py)


def _ask(
    build: Build, spec: AgentSpec, frame: str, opportunity: dict[str, object], artifacts: Artifacts
) -> dict[str, object]:
    return {
        "spec": spec.model_dump(mode="json"),
        "tools": sorted(list_allowed_tools(spec)),
        "frame": frame,
        "opportunity": opportunity,
        "findings": list(_read_feedback(build, artifacts)),
        "previous_logic": _read_previous(build, artifacts),
    }


def review_code(logic_py: str, spec: AgentSpec, linters: Linters) -> Review:
    """Normalise line ends, then run the gate. The linters only see code that passed the allow-list."""
    source = logic_py.replace("\r\n", "\n").strip("\n") + "\n"
    findings = check_code(source, spec)
    return Review(findings or linters.findings(source), source if _is_storable(source) else "")


def make_code_bundle(spec: AgentSpec, frame: str, logic_py: str) -> dict[str, str]:
    """The files of the agent's layer in the image, under /app."""
    spec_json = write_canonical_json(spec.model_dump(mode="json")).decode()
    return {"agent.py": frame, "logic.py": logic_py, "spec.json": spec_json}


def _read_feedback(build: Build, artifacts: Artifacts) -> Sequence[str]:
    if build.feedback_key is None:
        return []
    return artifacts.get_model(build.feedback_key, Feedback).findings


def _read_spec_model(build: Build, artifacts: Artifacts) -> str | None:
    try:
        return artifacts.get_model(make_origin_key(build), SpecOrigin).model
    except ArtifactMissing:
        return None


def _read_previous(build: Build, artifacts: Artifacts) -> str | None:
    if build.round == 1:
        return None
    try:
        return artifacts.get_text(_make_logic_key(build, build.round - 1))
    except ArtifactMissing:
        return None


def _make_logic_key(build: Build, round: int) -> str:
    return f"builds/{build.build_id}/round-{round}/logic.py"


def _is_storable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
