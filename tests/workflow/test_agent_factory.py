"""agent-factory as deployed: good and bad days of the model, redrives, two executions at once, and one listing each."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from local.embedded_cloud import EmbeddedCloud
from local.first_run import SOURCES
from local.workflows import Execution
from shared.specs.acceptance import find_schema_violations
from tests.workflow.factory_runs import publish_an_agent, until_published


@pytest.fixture(scope="module")
def market(embedded_cloud: EmbeddedCloud) -> EmbeddedCloud:
    """A market with opportunities from the bundled posts, enough for every test here to take its own."""
    scan = embedded_cloud.run_workflow("market-scan", {"sources": SOURCES})
    assert scan.succeeded, scan.cause
    return embedded_cloud


def listed(cloud: EmbeddedCloud) -> dict[str, dict[str, Any]]:
    items = cloud.request("GET", "/api/v1/agents?page_size=100").json()["items"]
    return {one["slug"]: one for one in items}


def on_the_shelf(cloud: EmbeddedCloud) -> set[str]:
    """From the table itself: the index follows a moment later."""
    return {str(one["slug"]) for one in cloud.data.published_agents()}


def detail_of(cloud: EmbeddedCloud, execution: Execution) -> dict[str, Any]:
    answer = cloud.request("GET", f"/api/v1/agents/{execution.output['slug']}")
    assert answer.status_code == 200
    return answer.json()


def rows(cloud: EmbeddedCloud, table: str) -> list[dict[str, Any]]:
    return cloud.aws("dynamodb").scan(TableName=table, ConsistentRead=True)["Items"]


def test_an_opportunity_becomes_an_agent_that_answers_its_own_examples(market: EmbeddedCloud) -> None:
    detail = detail_of(market, publish_an_agent(market))
    assert detail["model"] == "mam-offline-rules-1"
    certificate = market.request("GET", f"/api/v1/agents/{detail['slug']}/certificate").json()
    assert certificate["document"]["digests"]["image"] == detail["image_digest"]
    example = detail["examples"][0]
    answer = market.request("POST", f"/api/v1/agents/{detail['slug']}/demo", json={"input": example["input"]})
    assert answer.status_code == 200, answer.text
    assert find_schema_violations(detail["output_schema"], answer.json()["output"]) == []


def test_an_overloaded_model_is_asked_again(market: EmbeddedCloud) -> None:
    def run_while_overloaded() -> Execution:
        market.claude_mode("overloaded", times=8, tasks=["judge_agent"])
        return market.run_workflow("agent-factory")

    execution = until_published(run_while_overloaded)
    assert market.workflows.state_names(execution.arn).count("score_quality") == 1


@pytest.mark.parametrize(("task", "stage"), [("generate_logic", "generate_code"), ("write_copy", "publish_agent")])
def test_a_model_that_refuses_ends_in_a_record_and_a_redrive_goes_on_there(
    market: EmbeddedCloud, task: str, stage: str
) -> None:
    before = listed(market)

    def refused_then_redriven() -> Execution:
        market.claude_mode("refuse", tasks=[task])
        failed = market.run_workflow("agent-factory")
        if failed.succeeded:
            return failed
        assert f"stopped in {stage}: ModelRefused" in failed.cause
        assert listed(market).keys() == before.keys()
        market.claude_mode("ok")
        return market.redrive(failed)

    execution = until_published(refused_then_redriven)
    assert market.workflows.state_names(execution.arn).count("generate_spec") == 1
    assert execution.redrives == 1
    assert execution.output["slug"] not in before


def test_a_malicious_model_publishes_nothing(market: EmbeddedCloud) -> None:
    before = on_the_shelf(market)
    market.claude_mode("malicious")
    execution = market.run_workflow("agent-factory")
    if execution.succeeded:
        assert execution.output["outcome"] == "rejected"
        assert execution.output["reason"]
    else:
        assert "ModelAnswerInvalid" in execution.cause
    assert on_the_shelf(market) == before


def test_executions_at_once_never_build_for_the_same_opportunity(market: EmbeddedCloud) -> None:
    with ThreadPoolExecutor(2) as pool:
        ended = list(pool.map(lambda _: publish_an_agent(market), range(2)))
    assert len({detail_of(market, one)["slug"] for one in ended}) == 2
    assert len({one.output["opportunity_id"] for one in ended}) == 2


def test_asking_again_for_what_is_served_is_a_clear_failure(market: EmbeddedCloud) -> None:
    done = publish_an_agent(market)
    again = market.run_workflow("agent-factory", {"opportunity_id": done.output["opportunity_id"]})
    assert again.status == "FAILED"
    assert "OpportunityTaken" in again.cause
    assert "served" in again.cause
    unknown = market.run_workflow("agent-factory", {"opportunity_id": "opp_none"})
    assert "OpportunityNotFound" in unknown.cause


def test_the_image_of_every_published_agent_has_a_tag(market: EmbeddedCloud) -> None:
    shelf = on_the_shelf(market)
    assert shelf
    images = market.aws("ecr").describe_images(repositoryName="mam-agents", maxResults=1000)["imageDetails"]
    tags = [tag for image in images for tag in image.get("imageTags", [])]
    assert shelf <= {tag.rpartition("-")[0].rpartition("-v")[0] for tag in tags}


def test_after_all_of_it_every_served_opportunity_has_one_listing_and_one_version(market: EmbeddedCloud) -> None:
    served = [one for one in rows(market, "mam-market-opportunities") if one["status"]["S"] == "served"]
    agents = [one for one in rows(market, "mam-agents") if one.get("status", {}).get("S") == "published"]
    versions = rows(market, "mam-agent-versions")
    assert len(served) >= 3
    assert sorted(one["agent"]["S"] for one in served) == sorted(one["slug"]["S"] for one in agents)
    assert sorted(one["slug"]["S"] for one in versions) == sorted(one["slug"]["S"] for one in agents)
