"""What a certificate claims can be checked: its runs replay in a fresh sandbox, and its hash is of these bytes."""

import hashlib

import pytest

from local.cli.as_function import EXAMINER, environment_of
from local.embedded_cloud import EmbeddedCloud
from shared.adapters.artifacts import write_canonical_json
from shared.builds.certificate import Certificate, replay_findings
from shared.runs.tasks import RunnableAgent
from shared.runtime import wiring
from tests.workflow.factory_runs import publish_an_agent


@pytest.fixture
def as_test_agent(embedded_cloud: EmbeddedCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of the deployed test_agent, so that this process reaches tasks the way it does."""
    for name, value in environment_of(EXAMINER, embedded_cloud.ports, embedded_cloud.state).items():
        monkeypatch.setenv(name, value)


def certificate_of_some_agent(cloud: EmbeddedCloud) -> dict[str, object]:
    agents = cloud.request("GET", "/api/v1/agents").json()["items"]
    if not agents:
        assert cloud.run_workflow("market-scan").succeeded
        publish_an_agent(cloud)
        rows = cloud.aws("dynamodb").scan(TableName="mam-agents")["Items"]
        agents = [{"slug": row["slug"]["S"]} for row in rows if row.get("status", {}).get("S") == "published"]
    return cloud.request("GET", f"/api/v1/agents/{agents[0]['slug']}/certificate").json()


@pytest.mark.usefixtures("as_test_agent")
def test_a_published_certificate_verifies_in_a_fresh_sandbox(embedded_cloud: EmbeddedCloud) -> None:
    shown = certificate_of_some_agent(embedded_cloud)
    assert hashlib.sha256(write_canonical_json(shown["document"])).hexdigest() == shown["sha256"]
    certificate = Certificate.model_validate(shown["document"])
    agent = RunnableAgent(certificate.slug, certificate.version, certificate.digests.image)
    with wiring.runs.agent_tasks().claimed(agent, keep_warm=False) as task:
        assert replay_findings(certificate, task) == []
        run = certificate.recorded_runs[0].model_copy(update={"output": {"another": "output"}})
        forged = certificate.model_copy(update={"recorded_runs": (run,)})
        assert len(replay_findings(forged, task)) == 1
