"""The evidence of one agent version, as one document that names itself by its hash, and how anybody can check it.

What it says can be recomputed: digests from the stored spec, code and image; quotes from their posts; and the
recorded runs by running the image again with the recorded effects, which must give the recorded outputs.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from shared.billing.pricing import Price
from shared.builds.quality import QualityScores
from shared.builds.report import ExampleRun, TestReport
from shared.catalogue.listing import Evidence, EvidenceOpportunity, EvidenceProblem
from shared.opportunities.models import Opportunity
from shared.runs.loop import AgentLoop, CallableAgent, Ending, LoopLimits, Replay
from shared.values import Frozen, Json

FORMAT = "mam.certificate/1"
RECORDED_BYTES = 256_000


class CertifiedProblem(Frozen):
    problem_id: str
    quote: str
    quote_sha256: str
    permalink: str
    subreddit: str
    posted_at: datetime


class Digests(Frozen):
    """`spec_sha256` of the YAML as stored; `files_sha256` of each file in the image's code layer; `image` of the
    manifest, `base` of that of the base image which it was built on (None where nobody had noted it).
    """

    spec_sha256: str
    files_sha256: dict[str, str]
    image: str
    base: str | None = None
    report_sha256: str


class Certificate(Frozen):
    """`models`: what the answers themselves said they were made by, by task. `recorded_runs_left_out`: too large to
    carry.
    """

    format: str = FORMAT
    slug: str
    name: str
    version: int
    build_id: str
    round: int
    issued_at: datetime
    digests: Digests
    models: dict[str, str]
    opportunity: EvidenceOpportunity
    problems: tuple[CertifiedProblem, ...]
    tests: dict[str, dict[str, int]]
    slowest_call_seconds: float
    quality: QualityScores
    price: Price
    recorded_runs: tuple[ExampleRun, ...]
    recorded_runs_left_out: int


def evidence(opportunity: Opportunity) -> Evidence:
    """What the listing shows of where it came from."""
    return Evidence(
        opportunity=EvidenceOpportunity(
            opportunity_id=opportunity.opportunity_id,
            title=opportunity.title,
            summary=opportunity.summary,
            score=opportunity.score,
        ),
        problems=tuple(
            EvidenceProblem(
                quote=problem.quote,
                permalink=problem.permalink,
                subreddit=problem.subreddit,
                posted_at=posted_at(problem.created_utc),
            )
            for problem in opportunity.problems
        ),
    )


def certified_problems(opportunity: Opportunity) -> tuple[CertifiedProblem, ...]:
    return tuple(
        CertifiedProblem(
            problem_id=problem.problem_id,
            quote=problem.quote,
            quote_sha256=sha256(problem.quote.encode()),
            permalink=problem.permalink,
            subreddit=problem.subreddit,
            posted_at=posted_at(problem.created_utc),
        )
        for problem in opportunity.problems
    )


def digests(
    spec_yaml: str, files: Mapping[str, str], image: str, report: TestReport, *, base: str | None = None
) -> Digests:
    return Digests(
        spec_sha256=sha256(spec_yaml.encode()),
        files_sha256={name: sha256(text.encode()) for name, text in sorted(files.items())},
        image=image,
        base=base,
        report_sha256=sha256(report.model_dump_json().encode()),
    )


def carried_runs(runs: Sequence[ExampleRun]) -> tuple[ExampleRun, ...]:
    """As many recorded runs as fit, the shortest first given room, in their own order."""
    room = RECORDED_BYTES
    carried: set[str] = set()
    for run in sorted(runs, key=lambda run: (len(run.model_dump_json()), run.name)):
        room -= len(run.model_dump_json().encode())
        if room < 0:
            break
        carried.add(run.name)
    return tuple(run for run in runs if run.name in carried)


def replay_findings(certificate: Certificate, agent: CallableAgent, limits: LoopLimits | None = None) -> list[str]:
    """Runs every recorded run again with its recorded effects; empty if each gives the recorded output."""
    found: list[str] = []
    for recorded in certificate.recorded_runs:
        replay = Replay(recorded.recorded)
        loop = AgentLoop(f"verify-{recorded.name}"[:80], recorded.input, limits or LoopLimits())
        outcome = loop.proceed(agent, replay)
        found += [f"{recorded.name}: {message}" for message in replay.diverged]
        if outcome.ending is not Ending.SUCCEEDED or outcome.output != recorded.output:
            found.append(f"{recorded.name}: the run gave another output than the certificate records")
    return found


def quote_findings(certificate: Certificate, texts: Mapping[str, str]) -> list[str]:
    """Quotes that their post does not contain; `texts` is the title and text of each post by permalink."""
    return [
        f"{problem.permalink}: the quote is not in the post"
        for problem in certificate.problems
        if problem.quote not in texts.get(problem.permalink, "")
        or sha256(problem.quote.encode()) != problem.quote_sha256
    ]


def posted_at(created_utc: float) -> datetime:
    return datetime.fromtimestamp(created_utc, UTC)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def shown_certificate(document: Mapping[str, Json], digest: str) -> dict[str, Json]:
    """The certificate beside the hash of its canonical JSON (keys sorted, no spaces, UTF-8), by which it is stored."""
    return {"sha256": digest, "document": dict(document)}
