"""The rule: a market scan that succeeds starts one build, even if its event is delivered twice."""

from collections.abc import Iterator

import pytest

from local.embedded_cloud import EmbeddedCloud
from local.first_run import SOURCES
from local.workflows import Execution


@pytest.fixture
def ruled(embedded_cloud: EmbeddedCloud) -> Iterator[EmbeddedCloud]:
    embedded_cloud.switch_rules(on=True)
    yield embedded_cloud
    embedded_cloud.switch_rules(on=False)
    embedded_cloud.strictness(duplicate_every=10)


def begun(cloud: EmbeddedCloud, scan: Execution) -> list[Execution]:
    return [cloud.workflows.follow(each.arn) for each in cloud.workflows.started_by(scan.name, patience=20)]


def test_a_scan_that_succeeded_starts_one_build_by_its_name(ruled: EmbeddedCloud) -> None:
    ruled.strictness(duplicate_every=0)
    scan = ruled.run_workflow("market-scan", {"sources": SOURCES})
    [build] = begun(ruled, scan)
    assert build.request == {"scan_id": scan.name}
    assert build.succeeded, build.cause
    assert build.output["opportunity_id"]
    assert build.output["outcome"] in {"published", "rejected"}


def test_a_success_that_is_told_twice_builds_once(ruled: EmbeddedCloud) -> None:
    ruled.strictness(duplicate_every=1)
    scan = ruled.run_workflow("market-scan", {"sources": SOURCES})
    builds = begun(ruled, scan)
    assert len(builds) == 2
    assert all(build.succeeded for build in builds), [build.cause for build in builds]
    [built] = [build for build in builds if "opportunity_id" in build.output]
    [other] = [build for build in builds if build is not built]
    assert (other.output["next"], other.output["reason"]) == ("nothing_to_build", f"scan_started {built.name}")


def test_a_scan_that_failed_starts_nothing_until_it_was_redriven(ruled: EmbeddedCloud) -> None:
    ruled.strictness(duplicate_every=0)
    ruled.claude_mode("refuse")
    posts = [
        {
            "id": f"t3_rule{number}",
            "subreddit": "entrepreneur",
            "title": f"Chasing unpaid invoices takes me {number} hours every week",
            "selftext": "I spend hours every week chasing unpaid invoices by hand and I hate it.",
            "created_utc": 1_760_000_000 + number,
            "permalink": f"/r/entrepreneur/comments/rule{number}/invoices/",
        }
        for number in range(3, 6)
    ]
    failed = ruled.run_workflow("market-scan", ruled.feed_posts(posts))
    assert failed.status == "FAILED", failed
    assert ruled.workflows.started_by(failed.name, patience=1) == []
    ruled.claude_mode("ok")
    scan = ruled.redrive(failed)
    assert scan.succeeded, scan.cause
    assert len(begun(ruled, scan)) == 1
