"""The factory's own stages around fakes: from the lease to the listing, all but the model and the containers."""

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from functions.factory.build_image.image import build_image
from functions.factory.pick_opportunity.pick import NothingToBuild, PickRequest, pick
from functions.factory.publish_agent.publish import Copywriter, publish
from functions.factory.reject_agent.reject import reject
from functions.factory.score_quality.score import Judge, score
from functions.factory.test_agent.examine import examine
from shared.adapters.artifacts import write_canonical_json
from shared.adapters.claude import ModelUse
from shared.adapters.image_registry import PushedImage
from shared.adapters.oci_http import ImageNotFound
from shared.builds.build import Build, Next
from shared.builds.handover import GateReport
from shared.builds.image_layers import Entry, append, make_code_layer, make_first_image, make_layer
from shared.builds.marketing_copy import CopyDraft
from shared.builds.quality import JudgedAxis, Judgement
from shared.builds.report import TestReport
from shared.specs.document import write_spec
from shared.specs.spec import AgentSpec
from tests.fakes.agent_specs import a_spec, good_agent
from tests.fakes.agent_tasks import AgentFunction, FakeAgentTasks, InProcessAgent
from tests.fakes.agents import FakeAgents, FakeModelSpend
from tests.fakes.artifacts import FakeArtifacts
from tests.fakes.claude import FakeClaude
from tests.fakes.crashes import Writing
from tests.fakes.leases import NOW, FakeLeases, an_opportunity

COPY = CopyDraft(
    tagline="Watches the pages of competitors and says which prices changed",
    description="Looks at the pages you name every morning and tells shop owners in a sentence which prices changed.",
    use_cases=["Checking competitors' prices every morning", "Seeing which prices changed on a page"],
)


def a_judgement(usefulness: float = 8, reliability: float = 8, ux: float = 8, safety: float = 8) -> Judgement:
    values = {"usefulness": usefulness, "reliability": reliability, "ux": ux, "safety": safety}
    return Judgement(**{axis: JudgedAxis(value=value, reason=f"{axis} as seen") for axis, value in values.items()})


SAMPLE_BASE = make_first_image([make_layer({"opt/file": Entry(b"sample")})], architecture="arm64", settings={})


class FakeRegistry:
    """Images by the digests they really have, on a small base. `tags` are those that were given to them."""

    def __init__(self, writing: Writing = nullcontext) -> None:
        self.pushed: set[str] = set()
        self.tags: dict[str, str] = {}
        self._writing = writing

    def append_and_push(self, files: Mapping[str, bytes], *, base: str = "base") -> PushedImage:
        image = append(SAMPLE_BASE.manifest.data, SAMPLE_BASE.config.data, [make_code_layer(files)])
        digest = image.manifest.digest
        self.pushed.add(digest)
        return PushedImage(
            digest=digest,
            uri=f"registry.test/mam-agents@{digest}",
            uploaded_bytes=0,
            base_digest=SAMPLE_BASE.manifest.digest,
        )

    def keep(self, digest: str, tag: str) -> None:
        if digest not in self.pushed:
            raise ImageNotFound(digest)
        with self._writing("image.keep"):
            assert self.tags.setdefault(tag, digest) == digest


@dataclass
class Factory:
    """`function` is what the generated code does; `judgement` and `copy` what the model answers.

    With a `report` the stage test_agent stores that one, as if it had run the plan: for tests of everything around it.
    """

    artifacts: FakeArtifacts = field(default_factory=FakeArtifacts)
    agents: FakeAgents = field(default_factory=FakeAgents)
    leases: FakeLeases = field(default_factory=lambda: FakeLeases(an_opportunity()))
    spend: FakeModelSpend = field(default_factory=FakeModelSpend)
    spec: AgentSpec = field(default_factory=a_spec)
    function: AgentFunction = good_agent
    judgement: Judgement | Exception = field(default_factory=a_judgement)
    copy: CopyDraft | Exception = field(default_factory=lambda: COPY)
    now: Callable[[], datetime] = lambda: NOW
    build_id: str = "build-1"
    tasks: Any = None
    report: TestReport | None = None
    registry: FakeRegistry = field(default_factory=FakeRegistry)
    claude: FakeClaude = field(init=False)

    def __post_init__(self) -> None:
        self.claude = FakeClaude(self._answer, billed=self._billed)
        self.tasks = self.tasks or FakeAgentTasks(InProcessAgent(self.spec, self.function))

    def pick(self) -> Build | NothingToBuild:
        return pick(
            PickRequest(build_id=self.build_id),
            opportunities=self.leases,
            agents=self.agents,
            spend=self.spend,
            artifacts=self.artifacts,
            now=self.now,
        )

    def stage(self, build: Build) -> Build:
        """The stage that the state names, once."""
        match build.next:
            case Next.GENERATE_SPEC:
                slug = self.agents.reserve(self.spec.slug, build.opportunity_id)
                key = self.artifacts.put_text(f"builds/{build.build_id}/spec.yaml", write_spec(self.spec))
                return build.advance(Next.GENERATE_CODE, slug=slug, spec_key=key)
            case Next.GENERATE_CODE:
                files = {"agent.py": "", "logic.py": f"# round {build.round}\n", "spec.json": "{}"}
                code_key = self.artifacts.put_addressed("code", write_canonical_json(files), ".json")
                gate = GateReport(findings=(), approach="as told", model="fake-model", spec_model=None)
                gate_key = self.artifacts.put_model(f"builds/{build.build_id}/round-{build.round}/gate.json", gate)
                return build.advance(Next.BUILD_IMAGE, code_key=code_key, gate_key=gate_key)
            case Next.BUILD_IMAGE:
                return build_image(build, artifacts=self.artifacts, registry=self.registry)[0]
            case Next.TEST_AGENT if self.report is not None:
                report = self.report.model_copy(update={"image_digest": build.image_digest})
                key = self.artifacts.put_model(f"builds/{build.build_id}/round-{build.round}/report.json", report)
                return build.advance(Next.SCORE_QUALITY, report_key=key)
            case Next.TEST_AGENT:
                return examine(build, artifacts=self.artifacts, tasks=self.tasks, clock=lambda: 0.0)[0]
            case Next.SCORE_QUALITY:
                judge = Judge(self.claude, "strong")
                card = self.leases.stored[build.opportunity_id].card
                return score(build, card, artifacts=self.artifacts, judge=judge)[0]
            case Next.PUBLISH_AGENT:
                return publish(
                    build,
                    artifacts=self.artifacts,
                    images=self.registry,
                    agents=self.agents,
                    opportunities=self.leases,
                    copywriter=Copywriter(self.claude, "fast"),
                    now=self.now,
                )[0]
            case Next.REJECT_AGENT:
                return reject(build, agents=self.agents, opportunities=self.leases)
            case _:
                raise AssertionError(f"no stage {build.next}")

    def run(self) -> Build:
        build = self.pick()
        assert isinstance(build, Build)
        while build.next is not Next.DONE:
            build = self.stage(build)
        return build

    def _billed(self, use: ModelUse) -> None:
        self.spend.add(use.cost_microusd)

    def _answer(self, prompt: str, data: Mapping[str, Any], answer: type[BaseModel]) -> BaseModel | Exception:
        return {"judge_agent": self.judgement, "write_copy": self.copy}[prompt]
