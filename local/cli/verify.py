"""`python -m local verify SLUG`: recompute what an agent's certificate says.

Its hash; each recorded run, by running the very image again with the recorded effects; that a run is allowed what was
certified, and the recorded ones kept to it; and its quotes, as far as the posts are at hand.
"""

from pathlib import Path
from typing import Any
from urllib.parse import quote

from rich.markup import escape

from local.access import loopback
from local.cli.as_function import EXAMINER, take_environment
from local.cli.console import emit, progress, results
from local.cli.scan import read_posts
from local.ports import Ports, url
from local.standins.reddit.posts import BUNDLED
from local.state import StateDir
from shared.adapters.artifacts import write_canonical_json
from shared.builds.certificate import (
    Certificate,
    check_permissions,
    check_quotes,
    hash_sha256,
    replay_findings,
)
from shared.runs.tasks import RunnableAgent
from shared.runtime import wiring
from shared.specs.spec import Capabilities
from shared.untrusted_text.written import read_as_written


class NoCertificate(Exception):
    """No published agent of this name."""


def verify(slug: str, ports: Ports, state: StateDir, posts: Path | None, *, as_json: bool) -> bool:
    """False if anything differs from what the certificate says."""
    shown = fetched_certificate(slug, ports)
    certificate = Certificate.model_validate(shown["document"])
    texts = texts_of(posts)
    at_hand = [problem for problem in certificate.problems if problem.url in texts]
    findings: list[str] = []
    if hash_sha256(write_canonical_json(shown["document"])) != shown["sha256"]:
        findings.append("the certificate is not the document that its hash names")
    findings += check_permissions(certificate, allowed(slug, ports))
    findings += check_quotes(certificate.model_copy(update={"problems": tuple(at_hand)}), texts)
    with progress(f"Running {slug} again with its recorded effects"):
        findings += replayed(certificate, ports, state)
    checked = {
        "recorded_runs": len(certificate.recorded_runs),
        "quotes": len(at_hand),
        "quotes_of_posts_not_at_hand": len(certificate.problems) - len(at_hand),
    }
    if as_json:
        emit({"slug": slug, "image": certificate.digests.image, **checked, "findings": findings})
    else:
        _print(slug, checked, findings)
    return not findings


def fetched_certificate(slug: str, ports: Ports) -> dict[str, Any]:
    return _fetched(slug, "/certificate", ports)


def allowed(slug: str, ports: Ports) -> Capabilities:
    """What its listing says that a run may ask for: what run time enforces."""
    return Capabilities.model_validate(_fetched(slug, "", ports)["capabilities"])


def _fetched(slug: str, part: str, ports: Ports) -> dict[str, Any]:
    address = f"{url(ports.front_door)}/api/v1/agents/{quote(slug, safe='')}{part}"
    answer = loopback.ask("GET", address, timeout=30)
    if answer.status_code == 404:
        raise NoCertificate(f"there is no published agent {slug!r}; GET /api/v1/agents lists them")
    answer.raise_for_status()
    return dict(answer.json())


def texts_of(posts: Path | None) -> dict[str, str]:
    """Title and text by the post's address: of the posts given, or of the bundled ones."""
    files = sorted(BUNDLED.glob("*.jsonl")) if posts is None else [posts]
    return {
        post.address: read_as_written(f"{post.title}\n\n{post.selftext}") for file in files for post in read_posts(file)
    }


def replayed(certificate: Certificate, ports: Ports, state: StateDir) -> list[str]:
    """In a task of its own, as the function that examines agents would start it."""
    take_environment(EXAMINER, ports, state)
    agent = RunnableAgent(slug=certificate.slug, version=certificate.version, image_digest=certificate.digests.image)
    with wiring.runs.agent_tasks().claimed(agent, keep_warm=False) as task:
        return replay_findings(certificate, task)


def _print(slug: str, checked: dict[str, int], findings: list[str]) -> None:
    for finding in findings:
        results.print(f"[red]✗[/red] {escape(finding)}")
    if not findings:
        results.print(
            f"[green]✓[/green] {slug}: {checked['recorded_runs']} recorded runs gave the recorded outputs, "
            f"{checked['quotes']} quotes stand in their posts"
        )
    if checked["quotes_of_posts_not_at_hand"]:
        results.print(f"{checked['quotes_of_posts_not_at_hand']} quotes are of posts not at hand: --posts FILE.jsonl")
