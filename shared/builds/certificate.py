"""The evidence of one agent version, as one document identified by its own hash, and the checks that anybody can make.

The document is public exactly as it is stored, so it must not hold the platform's secrets, such as the cost of a run.
Its claims can be checked: digests against the stored spec, code and image; quotes against their posts; recorded runs by
running the image again with the recorded effects, which must give the recorded outputs.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import Field

from shared.billing.money import RecurringPrice
from shared.builds.narrowing import BUDGETS_OF, measure_use
from shared.builds.quality import QualityScores
from shared.builds.report import ExampleRun, TestReport, Used
from shared.catalogue.listing import Evidence, EvidenceOpportunity, EvidenceProblem
from shared.opportunities.models import Opportunity, Problem
from shared.runs.loop import AgentLoop, CallableAgent, Ending, LoopLimits, Replay
from shared.specs.spec import Capabilities
from shared.values import Frozen

FORMAT = "mam.certificate/2"
RECORDED_BYTES = 256_000


class CertifiedOpportunity(Frozen):
    """The card that the agent was built for, as it was then."""

    opportunity_id: Annotated[str, Field(description="Names the card; it follows from the posts it was made of")]
    title: Annotated[str, Field(description="The need in a few words")]
    summary: Annotated[str, Field(description="The need in a few sentences")]
    score: Annotated[float, Field(description="Frequency × urgency × monetization, 0–1000")]


class CertifiedProblem(Frozen):
    """A quote, by its hash too, and the address of the post that holds it."""

    problem_id: Annotated[str, Field(description="Names the problem; it follows from its post and its quote")]
    quote: Annotated[str, Field(description="Verbatim from the post")]
    quote_sha256: Annotated[str, Field(description="Hash of the quote's UTF-8")]
    url: Annotated[str, Field(description="The absolute address of the post")]
    source: Annotated[str, Field(description="Where it was read, for example `reddit`")]
    date: Annotated[datetime, Field(description="When it was posted")]


class Digests(Frozen):
    """What exactly was tested, by its hashes."""

    spec_sha256: Annotated[str, Field(description="Of the agent's spec, the YAML as stored")]
    files_sha256: Annotated[dict[str, str], Field(description="Of each file in the image's code layer")]
    image: Annotated[str, Field(description="Of the image's manifest, `sha256:…`")]
    base: Annotated[
        str | None, Field(description="Of the manifest of the base image it is built on; null where it was not noted")
    ] = None
    report_sha256: Annotated[str, Field(description="Of the report of its sandbox test")]


class Certificate(Frozen):
    """The evidence of one version of an agent."""

    format: Annotated[str, Field(description="Names this layout")] = FORMAT
    slug: Annotated[str, Field(description="The agent's name in addresses")]
    name: Annotated[str, Field(description="The agent's name for people")]
    version: Annotated[int, Field(description="The version that this is about")]
    build_id: Annotated[str, Field(description="Names the build that made the version")]
    round: Annotated[int, Field(description="The round of the build that passed, from 1")]
    issued_at: Annotated[datetime, Field(description="When it was published")]
    digests: Annotated[Digests, Field(description="What exactly was tested")]
    models: Annotated[
        dict[str, str], Field(description="By task, the model that did it, as the model's own answers named it")
    ]
    opportunity: Annotated[CertifiedOpportunity, Field(description="What it was built for")]
    problems: Annotated[tuple[CertifiedProblem, ...], Field(description="What people said")]
    tests: Annotated[
        dict[str, dict[str, int]], Field(description="For each kind of case how many were `run` and how many `passed`")
    ]
    slowest_call_seconds: Annotated[float, Field(description="Of all calls in the test")]
    quality: Annotated[QualityScores, Field(description="The judgement that it passed")]
    price: Annotated[RecurringPrice, Field(description="What a subscription cost when it was published")]
    capabilities: Annotated[
        Capabilities,
        Field(description="All that a run is allowed: what its spec declares, as far as a run of the test used it"),
    ] = Capabilities()
    recorded_runs: Annotated[
        tuple[ExampleRun, ...], Field(description="Runs that the image repeats, given the recorded effects")
    ]
    recorded_runs_left_out: Annotated[int, Field(description="Runs that were too large to carry")]


class ShownCertificate(Frozen):
    """A certificate beside the hash by which it is stored."""

    sha256: Annotated[str, Field(description="Hash of the document's canonical JSON: keys sorted, no spaces, UTF-8")]
    document: Annotated[Certificate, Field(description="The certificate")]


def gather_evidence(opportunity: Opportunity) -> Evidence:
    """The problems and figures that the listing shows as the agent's origin."""
    shown = EvidenceOpportunity(
        title=opportunity.title,
        voices=opportunity.frequency.voices,
        problems=tuple(EvidenceProblem(quote=problem.quote, **_locate(problem)) for problem in opportunity.problems),
    )
    return Evidence(opportunities=(shown,))


def certify_opportunity(opportunity: Opportunity) -> CertifiedOpportunity:
    return CertifiedOpportunity(
        opportunity_id=opportunity.opportunity_id,
        title=opportunity.title,
        summary=opportunity.summary,
        score=opportunity.score,
    )


def certify_problems(opportunity: Opportunity) -> tuple[CertifiedProblem, ...]:
    return tuple(
        CertifiedProblem(
            problem_id=problem.problem_id,
            quote=problem.quote,
            quote_sha256=hash_sha256(problem.quote.encode()),
            **_locate(problem),
        )
        for problem in opportunity.problems
    )


def _locate(problem: Problem) -> dict[str, Any]:
    """Where and when a problem was voiced, in a form that anybody can look up."""
    date = datetime.fromtimestamp(problem.created_utc, UTC)
    return {"url": problem.url, "source": problem.source, "date": date}


def make_digests(
    spec_yaml: str, files: Mapping[str, str], image: str, report: TestReport, *, base: str | None = None
) -> Digests:
    return Digests(
        spec_sha256=hash_sha256(spec_yaml.encode()),
        files_sha256={name: hash_sha256(text.encode()) for name, text in sorted(files.items())},
        image=image,
        base=base,
        report_sha256=hash_sha256(report.model_dump_json().encode()),
    )


def choose_carried_runs(runs: Sequence[ExampleRun]) -> tuple[ExampleRun, ...]:
    """As many recorded runs as fit into the certificate. Shorter runs are taken first; the original order is kept."""
    room = RECORDED_BYTES
    carried: set[str] = set()
    for run in sorted(runs, key=lambda run: (len(run.model_dump_json()), run.name)):
        room -= len(run.model_dump_json().encode())
        if room < 0:
            break
        carried.add(run.name)
    return tuple(run for run in runs if run.name in carried)


def replay_findings(certificate: Certificate, agent: CallableAgent, limits: LoopLimits | None = None) -> list[str]:
    """Run every recorded run again with its recorded effects. Empty if each gives the recorded output."""
    found: list[str] = []
    for recorded in certificate.recorded_runs:
        replay = Replay(recorded.recorded)
        loop = AgentLoop(f"verify-{recorded.name}"[:80], recorded.input, limits or LoopLimits())
        outcome = loop.proceed(agent, replay)
        found += [f"{recorded.name}: {message}" for message in replay.diverged]
        if outcome.ending is not Ending.SUCCEEDED or outcome.output != recorded.output:
            found.append(f"{recorded.name}: the run gave another output than the certificate records")
    return found


def check_permissions(certificate: Certificate, allowed: Capabilities) -> list[str]:
    """Differences between the `allowed` permissions and the certificate's, and permissions that its runs exceeded."""
    found = [] if allowed == certificate.capabilities else ["the listing allows something else than was certified"]
    for run in certificate.recorded_runs:
        found += [
            f"{run.name}: it used {what}, which is not allowed" for what in _beyond(run, certificate.capabilities)
        ]
    return found


def _beyond(run: ExampleRun, allowed: Capabilities) -> list[str]:
    used = measure_use(run.recorded, Used())
    kinds = [kind.value for kind in used.effects if kind not in allowed.effects]
    limits, spent = allowed.budgets.model_dump(), used.budgets.model_dump()
    counted = {name for kind in allowed.effects for name in BUDGETS_OF.get(kind, ())}
    return [*kinds, *(f"{spent[name]} {name}" for name in sorted(counted) if spent[name] > limits[name])]


def check_quotes(certificate: Certificate, texts: Mapping[str, str]) -> list[str]:
    """Quotes that their post does not contain. `texts` holds the title and text of each post by its address."""
    return [
        f"{problem.url}: the quote is not in the post"
        for problem in certificate.problems
        if problem.quote not in texts.get(problem.url, "")
        or hash_sha256(problem.quote.encode()) != problem.quote_sha256
    ]


def hash_sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
