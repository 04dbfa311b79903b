"""`python -m local examine FOLDER`: a hand-written agent before the gates of the factory: policy, static gate, image,
the test in the sandbox, vetoes; and on request the judge and the listing. It uses the functions of the running system.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from rich.markup import escape

from local import aws
from local.cli.console import emit, progress, results
from local.cli.gate import SPEC, NotUsable, findings_of, read_spec, text_of
from local.first_run import build_outcome
from local.market_data import PUBLISHER, MarketData
from local.ports import Ports
from local.workflows import Workflows
from shared.adapters.artifacts import write_canonical_json
from shared.builds.build import Build, Next
from shared.builds.by_hand import BY_HAND, WrittenByHand
from shared.builds.quality import find_vetoes
from shared.builds.report import TestReport
from shared.specs.policy import check_spec
from shared.specs.spec import AgentSpec

LOGIC = "logic.py"
LONGEST_STAGE_SECONDS = 600
STAGES = {
    Next.GENERATE_CODE: ("mam-generate-code", "Holding the code against the static gate"),
    Next.BUILD_IMAGE: ("mam-build-image", "Building the image"),
    Next.TEST_AGENT: ("mam-test-agent", "Testing it in the sandbox"),
}


class CannotExamine(Exception):
    """The platform failed, not the agent."""


@dataclass(frozen=True)
class Folder:
    """What a person wrote."""

    spec: AgentSpec
    spec_yaml: str
    logic_py: str

    def document(self) -> bytes:
        return write_canonical_json(
            WrittenByHand(spec_yaml=self.spec_yaml, logic_py=self.logic_py).model_dump(mode="json")
        )


@dataclass
class Examined:
    """`stages`: how far it came. `report` is None if it never ran."""

    stages: list[str] = field(default_factory=list[str])
    findings: list[str] = field(default_factory=list[str])
    image: str | None = None
    report: TestReport | None = None
    published: dict[str, Any] | None = None


def folder_of(path: Path) -> Folder:
    """Raises NotUsable."""
    if not path.is_dir():
        raise NotUsable(f"{path} is no folder; it holds {SPEC} and {LOGIC}")
    spec_yaml, logic_py = text_of(path / SPEC), text_of(path / LOGIC)
    return Folder(read_spec(path / SPEC), spec_yaml, logic_py)


def examine(folder: Folder, ports: Ports, opportunity: str | None, *, as_json: bool) -> bool:
    """True if nothing was found and, with an opportunity, the agent was published for it."""
    examined = Examined()
    with progress("Reading the spec") as shown:
        _by_text(folder, examined)
        if not examined.findings:
            _by_running(folder, ports, examined, shown.say)
        if opportunity is not None and not examined.findings:
            _publish(folder, ports, opportunity, examined, shown.say)
    emit(_as_json(folder, examined)) if as_json else _print(folder, examined)
    return not examined.findings


def _by_text(folder: Folder, examined: Examined) -> None:
    examined.stages.append("policy")
    examined.findings += [f"spec: {finding}" for finding in check_spec(folder.spec)]
    examined.stages.append("static gate")
    examined.findings += [f"static gate: {finding}" for finding in findings_of(folder.logic_py, folder.spec)]


def _by_running(folder: Folder, ports: Ports, examined: Examined, tell: Callable[[str], None]) -> None:
    """Under a name of its own, so that no agent of that slug notices."""
    store = _Store(ports)
    build_id = f"by-hand-{sha256(folder.document()).hexdigest()[:20]}"
    build = Build(
        build_id=build_id,
        opportunity_id="none",
        slug=build_id,
        spec_key=store.put(f"builds/{build_id}/spec.yaml", folder.spec_yaml.encode()),
        by_hand=store.put_by_hand(folder),
        next=Next.GENERATE_CODE,
    )
    while build.next in STAGES:
        function, said = STAGES[build.next]
        tell(said)
        build = _after(function, build, ports)
        examined.stages.append(function.removeprefix("mam-").replace("-", "_"))
    examined.image = build.image_digest
    if build.report_key is None:
        examined.findings.append(build.reason or f"it ended at {build.next.value}")
        return
    examined.report = TestReport.model_validate_json(store.get(build.report_key))
    examined.findings += find_vetoes((), examined.report)


def _after(function: str, build: Build, ports: Ports) -> Build:
    client = aws.client("lambda", ports, retries=0, patience=LONGEST_STAGE_SECONDS)
    answer = client.invoke(FunctionName=function, Payload=build.model_dump_json().encode())
    document = json.loads(answer["Payload"].read())
    if answer.get("FunctionError"):
        raise CannotExamine(f"{function} failed: {document.get('errorType')}: {document.get('errorMessage')}")
    return Build.model_validate(document)


def _publish(folder: Folder, ports: Ports, opportunity: str, examined: Examined, tell: Callable[[str], None]) -> None:
    """Through the whole factory, as if a model had written it: what was seen above is not believed there."""
    request = {"opportunity_id": opportunity, "by_hand": _Store(ports).put_by_hand(folder)}
    execution = Workflows(ports).run("agent-factory", request, tell=lambda what: tell(f"Publishing: {what}"))
    outcome = {**build_outcome(execution), "execution": execution.arn}
    if outcome["outcome"] == "published":
        examined.published = {**outcome, "url": MarketData(ports).agent_address(str(outcome["slug"]))}
    else:
        examined.findings.append(f"{outcome['outcome']}: {outcome.get('reason')}")


class _Store:
    """The bucket of the running system."""

    def __init__(self, ports: Ports) -> None:
        configuration = aws.client("lambda", ports).get_function_configuration(FunctionName=PUBLISHER)
        self._bucket = str(configuration["Environment"]["Variables"]["ARTIFACTS_BUCKET"])
        self._s3 = aws.client("s3", ports)

    def put(self, key: str, data: bytes) -> str:
        self._s3.put_object(Bucket=self._bucket, Key=key, Body=data)
        return key

    def put_by_hand(self, folder: Folder) -> str:
        return self.put(f"{BY_HAND}/{sha256(folder.document()).hexdigest()}.json", folder.document())

    def get(self, key: str) -> bytes:
        return bytes(self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read())


def _as_json(folder: Folder, examined: Examined) -> dict[str, Any]:
    return {
        "slug": folder.spec.slug,
        "stages": examined.stages,
        "findings": examined.findings,
        "image": examined.image,
        "report": examined.report.model_dump(mode="json") if examined.report else None,
        "published": examined.published,
    }


def _print(folder: Folder, examined: Examined) -> None:
    for finding in examined.findings:
        results.print(f"[red]✗[/red] {escape(finding)}", soft_wrap=True)
    report = examined.report
    if report is not None:
        counts = ", ".join(f"{name} {one['passed']} of {one['run']}" for name, one in report.counts().items())
        slowest = report.measured.slowest_call_seconds
        results.print(f"Tested: {escape(counts)}; the slowest call took {slowest:.2f} s; image {examined.image}")
    if not examined.findings:
        results.print(f"[green]✓[/green] {escape(folder.spec.slug)} passed {', '.join(examined.stages)}")
    if examined.published is not None:
        results.print(f"[green]✓[/green] published {examined.published['slug']}: {examined.published['url']}")
