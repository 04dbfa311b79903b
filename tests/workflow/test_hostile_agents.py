"""Hostile images in real sandboxes: each ends as a report in bounded time, and no task is left running."""

import json
import uuid
from typing import Any

import pytest

from local.embedded_cloud import EmbeddedCloud
from shared.adapters.artifacts import write_canonical_json
from shared.builds.report import FindingKind, TestReport
from shared.specs.document import write_spec
from tests.fakes.agent_specs import GOOD_AGENT_SOURCE, a_spec
from tests.fakes.hostile_agents import HOSTILE
from tests.workflow.running_processes import running_tasks


def report_on(cloud: EmbeddedCloud, agent_py: str) -> TestReport:
    """The report of the deployed stages build_image and test_agent on an image with this code."""
    s3, spec, build_id = cloud.aws("s3"), a_spec(), f"hostile-{uuid.uuid4().hex}"
    bucket = next(one["Name"] for one in s3.list_buckets()["Buckets"] if "artifacts" in one["Name"])
    files = {"agent.py": agent_py, "logic.py": "", "spec.json": spec.model_dump_json()}
    s3.put_object(Bucket=bucket, Key=f"code/{build_id}.json", Body=write_canonical_json(files))
    s3.put_object(Bucket=bucket, Key=f"builds/{build_id}/spec.yaml", Body=write_spec(spec).encode())
    state: dict[str, Any] = {
        "build_id": build_id,
        "opportunity_id": "opp_hostile",
        "slug": spec.slug,
        "spec_key": f"builds/{build_id}/spec.yaml",
        "code_key": f"code/{build_id}.json",
        "next": "build_image",
    }
    for function in ("mam-build-image", "mam-test-agent"):
        state = invoked(cloud, function, state)
    return TestReport.model_validate_json(s3.get_object(Bucket=bucket, Key=state["report_key"])["Body"].read())


def invoked(cloud: EmbeddedCloud, function: str, event: dict[str, Any]) -> dict[str, Any]:
    answer = cloud.aws("lambda").invoke(FunctionName=function, Payload=json.dumps(event).encode())
    result = json.loads(answer["Payload"].read())
    assert "errorType" not in result, result
    return result


def test_a_good_agent_passes_in_a_real_sandbox(embedded_cloud: EmbeddedCloud) -> None:
    report = report_on(embedded_cloud, GOOD_AGENT_SOURCE)
    assert report.findings == ()
    assert report.counts()["probe"] == {"run": 8, "passed": 8}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_agent_ends_as_a_finding(embedded_cloud: EmbeddedCloud, name: str) -> None:
    agent_py, expected = HOSTILE[name]
    before = running_tasks(embedded_cloud)
    report = report_on(embedded_cloud, agent_py)
    assert expected in {finding.kind for finding in report.findings}
    assert FindingKind.MALFORMED_ACCEPTED not in {finding.kind for finding in report.findings}
    assert running_tasks(embedded_cloud) <= before
