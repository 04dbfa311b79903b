"""Asks the model for a spec, checks it against the policy, asks once more with the faults, and stores a valid spec."""

from collections.abc import Mapping
from typing import Protocol

from pydantic import ValidationError
from yaml import YAMLError

from functions.factory.generate_spec.assemble import DraftRefused, assemble
from functions.factory.generate_spec.draft import SpecDraft
from functions.factory.generate_spec.worked_examples import write_spec_examples
from shared.adapters.artifacts import Artifacts
from shared.adapters.claude import Claude, ModelAnswerInvalid
from shared.builds.build import Build, Next, make_origin_key
from shared.builds.by_hand import A_PERSON, WrittenByHand
from shared.builds.handover import SpecOrigin
from shared.opportunities.brief import write_brief
from shared.opportunities.models import Opportunity
from shared.specs.document import spec_from_yaml, write_spec
from shared.specs.policy import check_spec
from shared.specs.spec import AgentSpec

ATTEMPTS = 2
MAX_TOKENS = 8_000


class WrittenSpecRefused(Exception):
    """The policy refuses the spec that a person wrote; the message says why."""


class Slugs(Protocol):
    def reserve(self, slug: str, opportunity_id: str) -> str: ...


def generate_spec(
    build: Build,
    opportunity: Opportunity,
    *,
    claude: Claude,
    model: str,
    slugs: Slugs,
    artifacts: Artifacts,
) -> Build:
    """Raises ModelAnswerInvalid if no attempt gave a valid spec, WrittenSpecRefused if a person's spec is invalid."""
    if build.by_hand is not None:
        spec, origin = _read_written(build.by_hand, artifacts), SpecOrigin(model=A_PERSON)
    else:
        spec, origin = _ask_until_accepted(opportunity, claude, model)
    slug = slugs.reserve(spec.slug, build.opportunity_id)
    spec = spec.model_copy(update={"slug": slug})
    artifacts.put_model(make_origin_key(build), origin)
    spec_key = artifacts.put_text(f"builds/{build.build_id}/spec.yaml", write_spec(spec))
    return build.advance(Next.GENERATE_CODE, slug=slug, spec_key=spec_key)


def _read_written(key: str, artifacts: Artifacts) -> AgentSpec:
    try:
        spec = spec_from_yaml(artifacts.get_model(key, WrittenByHand).spec_yaml)
    except (ValidationError, YAMLError) as error:
        raise WrittenSpecRefused(f"spec.yaml is no AgentSpec: {error}") from error
    if findings := check_spec(spec):
        raise WrittenSpecRefused("; ".join(findings[:5]))
    return spec


def _ask_until_accepted(opportunity: Opportunity, claude: Claude, model: str) -> tuple[AgentSpec, SpecOrigin]:
    refused: list[tuple[str, ...]] = []
    for _ in range(ATTEMPTS):
        findings = list(refused[-1]) if refused else []
        data: Mapping[str, object] = {"opportunity": write_brief(opportunity), "findings": findings}
        try:
            answer = claude.ask(
                "generate_spec", data, SpecDraft, model=model, max_tokens=MAX_TOKENS, examples=write_spec_examples()
            )
            return assemble(answer.value), SpecOrigin(model=answer.model, refused=tuple(refused))
        except ModelAnswerInvalid as error:
            refused.append((f"the answer did not fit the requested form: {error}",))
        except DraftRefused as error:
            refused.append(tuple(error.findings))
    last = "; ".join(refused[-1][:5])
    raise ModelAnswerInvalid(f"generate_spec: {ATTEMPTS} attempts gave no spec that may stand: {last}")
