from functions.factory.test_agent.examine import examine
from shared.builds.build import Build
from shared.runtime import wiring
from shared.runtime.observability import count
from shared.runtime.stage import run_as_stage


@run_as_stage(Build)
def handler(build: Build) -> Build:
    tested, report = examine(build, artifacts=wiring.platform.artifacts(), tasks=wiring.runs.agent_tasks())
    for finding in report.findings:
        count("AgentTestFindings", kind=finding.kind.value)
    return tested
