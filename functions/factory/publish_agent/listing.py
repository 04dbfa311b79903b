"""Makes a published agent's documents as a pure function of the build's stored results."""

from dataclasses import dataclass
from datetime import datetime

from shared.adapters.artifacts import Artifacts, ArtifactUnreadable
from shared.billing.pricing import price
from shared.builds.build import Build
from shared.builds.certificate import (
    Certificate,
    certify_opportunity,
    certify_problems,
    choose_carried_runs,
    gather_evidence,
    make_digests,
)
from shared.builds.handover import GateReport
from shared.builds.marketing_copy import MarketingCopy
from shared.builds.narrowing import narrow
from shared.builds.quality import QualityScores, find_vetoes, reach_verdict
from shared.builds.report import TestReport
from shared.catalogue.listing import ListingDetail, ShownExample
from shared.opportunities.models import Opportunity
from shared.specs.document import spec_from_yaml
from shared.specs.spec import AgentSpec
from shared.values import Frozen


class NotPublishable(Exception):
    """The build is incomplete or did not pass. This is checked here again, whatever path the state machine took."""


class PublicationDraft(Frozen):
    """The parts of a publication that a second computation would make differently, so they are stored once per
    build.
    """

    published_at: datetime
    words: MarketingCopy
    opportunity: Opportunity


@dataclass(frozen=True)
class PassedBuild:
    """The results of all earlier stages, loaded and checked to belong together."""

    slug: str
    spec: AgentSpec
    spec_yaml: str
    spec_key: str
    files: dict[str, str]
    code_key: str
    code_model: str
    spec_model: str | None
    image_digest: str
    report: TestReport
    report_key: str
    scores: QualityScores
    scores_key: str


def read_passed_build(build: Build, artifacts: Artifacts) -> PassedBuild:
    """Raises NotPublishable unless the report is about this image, has no findings, and the scores suffice."""
    keys = (build.spec_key, build.code_key, build.gate_key, build.report_key, build.scores_key)
    if build.slug is None or build.image_digest is None or None in keys:
        raise NotPublishable("the build has not been through every stage")
    spec_key, code_key, gate_key, report_key, scores_key = (key or "" for key in keys)
    try:
        gate = artifacts.get_model(gate_key, GateReport)
        report = artifacts.get_model(report_key, TestReport)
        scores = artifacts.get_model(scores_key, QualityScores)
    except ArtifactUnreadable as error:
        raise NotPublishable(str(error)) from error
    spec_yaml = artifacts.get_text(spec_key)
    spec = spec_from_yaml(spec_yaml)
    _check(build, gate, report, scores, spec)
    return PassedBuild(
        slug=build.slug,
        spec=spec,
        spec_yaml=spec_yaml,
        spec_key=spec_key,
        files=artifacts.get_json(code_key),
        code_key=code_key,
        code_model=gate.model,
        spec_model=gate.spec_model,
        image_digest=build.image_digest,
        report=report,
        report_key=report_key,
        scores=scores,
        scores_key=scores_key,
    )


def certify(build: Build, passed: PassedBuild, draft: PublicationDraft) -> Certificate:
    assert passed.scores.scores is not None, "passed_build refuses a build without scores"
    runs = choose_carried_runs(passed.report.runs)
    return Certificate(
        slug=passed.slug,
        name=passed.spec.name,
        version=build.version,
        build_id=build.build_id,
        round=build.round,
        issued_at=draft.published_at,
        digests=make_digests(
            passed.spec_yaml, passed.files, passed.image_digest, passed.report, base=build.base_digest
        ),
        models={
            **({"generate_spec": passed.spec_model} if passed.spec_model else {}),
            "generate_logic": passed.code_model,
            "judge_agent": passed.scores.scores.usefulness.model,
            "write_copy": draft.words.model,
        },
        opportunity=certify_opportunity(draft.opportunity),
        problems=certify_problems(draft.opportunity),
        tests=passed.report.counts(),
        slowest_call_seconds=passed.report.measured.slowest_call_seconds,
        quality=passed.scores,
        price=price(passed.report.measured, draft.opportunity.score).charged,
        capabilities=narrow(passed.spec, passed.report.used).capabilities,
        recorded_runs=runs,
        recorded_runs_left_out=len(passed.report.runs) - len(runs),
    )


def make_detail(build: Build, passed: PassedBuild, draft: PublicationDraft, certificate: Certificate) -> ListingDetail:
    assert passed.scores.scores is not None, "passed_build refuses a build without scores"
    spec = passed.spec
    return ListingDetail(
        slug=passed.slug,
        name=spec.name,
        tagline=draft.words.tagline,
        category=spec.category,
        tags=spec.tags,
        price=certificate.price,
        quality=round(passed.scores.mean or 0.0, 2),
        rating=None,
        reviews=0,
        runs=0,
        published_at=draft.published_at,
        model=passed.code_model,
        description=draft.words.description,
        use_cases=draft.words.use_cases,
        input_schema=spec.input_schema,
        output_schema=spec.output_schema,
        examples=tuple(
            ShownExample(name=run.name, input=run.input, output=run.output)
            for run in passed.report.runs
            if run.output is not None
        ),
        capabilities=certificate.capabilities,
        version=build.version,
        image_digest=passed.image_digest,
        evidence=gather_evidence(draft.opportunity),
        scores=passed.scores.scores,
    )


def list_makers(certificate: Certificate) -> tuple[str, ...]:
    """The distinct models that took part in making the agent."""
    return tuple(sorted(set(certificate.models.values())))


def _check(build: Build, gate: GateReport, report: TestReport, scores: QualityScores, spec: AgentSpec) -> None:
    if report.image_digest != build.image_digest or report.slug != build.slug:
        raise NotPublishable("the test report is about another image")
    if spec.slug != build.slug:
        raise NotPublishable("the spec is about another agent")
    found = find_vetoes(gate.findings, report)
    if found:
        raise NotPublishable(f"vetoed: {found[0]}")
    if scores.scores is None or not scores.passed or scores.vetoes or not reach_verdict(scores.scores).passed:
        raise NotPublishable("the scores do not suffice")
