"""The whole factory with the offline model behind the real SDK; only stores and containers are faked.

Code that passed the static gate runs in this process: the offline model's own, the malicious one's too.
"""

from pathlib import Path

from functions.factory.generate_code.generate import generate_code
from functions.factory.generate_spec.generate import generate_spec
from shared.adapters.code_linters import CodeLinters
from shared.builds.build import Build, Next
from shared.opportunities.brief import write_brief
from shared.opportunities.models import Opportunity
from shared.runs.loop import CallableAgent
from shared.specs.document import spec_from_yaml
from shared.specs.spec import AgentSpec
from tests.fakes.agent_tasks import FakeAgentTasks, InProcessAgent
from tests.fakes.factory import Factory
from tests.fakes.generated_agent import loaded
from tests.fakes.leases import FakeLeases
from tests.fakes.offline_claude import OfflineClaude


class OfflineFactory(Factory):
    def __init__(self, card: Opportunity, state_dir: Path) -> None:
        super().__init__(leases=FakeLeases(card))
        self.claude = OfflineClaude(state_dir, billed=self._billed)  # pyright: ignore[reportIncompatibleVariableOverride]
        self.card = card
        self.built: list[str] = []

    def stage(self, build: Build) -> Build:
        if build.next is Next.GENERATE_SPEC:
            return generate_spec(
                build,
                self.card,
                claude=self.claude,
                model="strong",
                slugs=self.agents,
                artifacts=self.artifacts,
            )
        if build.next is Next.GENERATE_CODE:
            return generate_code(
                build,
                write_brief(self.card),
                claude=self.claude,
                model="strong",
                linters=CodeLinters(),
                artifacts=self.artifacts,
            )
        if build.next is Next.TEST_AGENT:
            assert build.spec_key is not None
            assert build.code_key is not None
            code = self.artifacts.get_json(build.code_key)
            self.built.append(code["logic.py"])
            spec = spec_from_yaml(self.artifacts.get_text(build.spec_key))
            self.tasks = FakeAgentTasks(self.agent_of(spec, code))
        return super().stage(build)

    def agent_of(self, spec: AgentSpec, code: dict[str, str]) -> CallableAgent:
        return InProcessAgent(spec, loaded(code["agent.py"], code["logic.py"]))
