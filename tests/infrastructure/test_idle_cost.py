"""What idling costs follows from the templates, and what nobody has a price for is an error."""

import json
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from infra_cdk.app import ROOT
from infra_cdk.config import Config
from infra_cdk.idle_cost.__main__ import AT_MOST_USD, table
from infra_cdk.idle_cost.prices import PriceMissing, read_prices
from infra_cdk.idle_cost.rules import RULES, Line, lines_of
from infra_cdk.idle_cost.templates import resources
from shared.values import Json
from tests.infrastructure.synthesized import Deployment, every

PRICES = read_prices()
HOURS = PRICES.hours


def of(tmp_path: Path, *billed: Json, parameters: Json | None = None) -> dict[str, Line]:
    """The lines of a template of these resources, by what is billed."""
    template = {
        "Parameters": parameters or {},
        "Resources": {f"R{number}": {"Type": kind, "Properties": given} for number, (kind, given) in enumerate(billed)},
    }
    (tmp_path / "Some.template.json").write_text(json.dumps(template))
    return {line.what: line for line in lines_of(resources(tmp_path), PRICES)}


def usd(deployment: Deployment) -> float:
    return sum(line.usd for line in lines_of(resources(deployment.assembly), PRICES))


def endpoint(zones: int) -> Json:
    return "AWS::EC2::VPCEndpoint", {"VpcEndpointType": "Interface", "SubnetIds": ["s"] * zones}


def domain(nodes: int = 1, size: str = "t3.small.search", **more: Json) -> Json:
    cluster = {"InstanceType": size, "InstanceCount": nodes, **more}
    return "AWS::OpenSearchService::Domain", {
        "ClusterConfig": cluster,
        "EBSOptions": {"VolumeType": "gp3", "VolumeSize": 10},
    }


def schedule(rate: str = "rate(1 minute)", **more: Json) -> Json:
    target = {"Target": {"Arn": {"Fn::GetAtt": ["R1", "Arn"]}}}
    return "AWS::Scheduler::Schedule", {"ScheduleExpression": rate, **target, **more}


FUNCTION = ("AWS::Lambda::Function", {"MemorySize": 512, "Architectures": ["arm64"]})


def test_idling_stays_below_what_it_may_cost(aws: Deployment, without_search: Deployment) -> None:
    assert 0 < usd(without_search) <= AT_MOST_USD[False]
    assert usd(without_search) < usd(aws) <= AT_MOST_USD[True]


def test_the_readme_says_what_it_costs(aws: Deployment, without_search: Deployment) -> None:
    said = f"${usd(aws):.0f} a month, or ${usd(without_search):.0f} without search"

    assert said in (ROOT / "README.md").read_text()


def test_every_kind_in_the_templates_is_billed_or_free_for_a_reason(aws: Deployment) -> None:
    kinds = {one.kind for one in aws.resources if not one.kind.startswith("Custom::")}

    assert kinds <= RULES.keys() | PRICES.free.keys()
    assert not RULES.keys() & PRICES.free.keys()
    assert all(PRICES.free.values())


def test_every_price_names_its_page_and_the_list_its_day_and_region() -> None:
    assert PRICES.date >= date(2026, 11, 29)
    assert PRICES.region == "us-east-1"
    for price in every(PRICES.price.values()):
        assert price.usd > 0
        assert price.per
        assert urlsplit(price.source).hostname == "aws.amazon.com"
        assert urlsplit(price.source).path.rstrip("/").split("/")[2] == "pricing"


def test_the_default_node_has_a_price() -> None:
    assert Config.search_instance in PRICES.price


def test_an_endpoint_costs_by_the_zone_and_one_for_s3_nothing(tmp_path: Path) -> None:
    gateway = ("AWS::EC2::VPCEndpoint", {"VpcEndpointType": "Gateway", "RouteTableIds": ["r"]})
    [line] = of(tmp_path, endpoint(1), endpoint(3), gateway).values()

    assert line.quantity == 4 * HOURS
    assert line.usd == pytest.approx(4 * HOURS * PRICES.of("interface_endpoint").usd)


def test_search_costs_by_the_node_its_masters_and_the_disk_of_each_node(tmp_path: Path) -> None:
    masters = {"DedicatedMasterEnabled": True, "DedicatedMasterCount": 3, "DedicatedMasterType": "t3.small.search"}
    lines = of(tmp_path, domain(2, **masters))

    assert lines["search nodes"].quantity == 2 * HOURS
    assert lines["search master nodes"].quantity == 3 * HOURS
    assert lines["search nodes' disks"].quantity == 20


def test_a_schedule_costs_its_calls_and_the_function_that_they_start(tmp_path: Path) -> None:
    lines = of(tmp_path, schedule(), FUNCTION)

    assert lines["schedules' calls"].quantity == pytest.approx(HOURS * 60)
    assert lines["scheduled functions' time"].quantity == pytest.approx(
        HOURS * 60 * PRICES.assumed["scheduled_call_seconds"] / 2
    )


@pytest.mark.parametrize(("rate", "calls"), [("rate(4 hours)", HOURS / 4), ("rate(7 days)", HOURS / 168)])
def test_calls_follow_from_the_rate(tmp_path: Path, rate: str, calls: float) -> None:
    assert of(tmp_path, schedule(rate), FUNCTION)["schedules' calls"].quantity == pytest.approx(calls)


def test_a_schedule_that_is_off_or_waits_for_an_operator_costs_nothing(tmp_path: Path) -> None:
    waits = {"Schedules": {"Type": "String", "Default": "DISABLED"}}

    assert of(tmp_path, schedule(State="DISABLED"), FUNCTION) == {}
    assert of(tmp_path, schedule(State={"Ref": "Schedules"}), FUNCTION, parameters=waits) == {}
    waits["Schedules"]["Default"] = "ENABLED"
    assert "schedules' calls" in of(tmp_path, schedule(State={"Ref": "Schedules"}), FUNCTION, parameters=waits)


def test_a_queue_is_polled_for_a_function_and_a_stream_for_nothing(tmp_path: Path) -> None:
    queue = ("AWS::Lambda::EventSourceMapping", {"EventSourceArn": "arn:aws:sqs:…"})
    stream = ("AWS::Lambda::EventSourceMapping", {"EventSourceArn": "…", "StartingPosition": "TRIM_HORIZON"})

    assert of(tmp_path, stream) == {}
    assert of(tmp_path, queue)["polls of queues that functions read"].quantity == 900 * HOURS


def test_an_alarm_costs_by_the_metric(tmp_path: Path) -> None:
    simple = ("AWS::CloudWatch::Alarm", {"MetricName": "Errors"})
    of_two = ("AWS::CloudWatch::Alarm", {"Metrics": [{"MetricStat": {}}, {"MetricStat": {}}, {"Expression": "a/b"}]})

    assert of(tmp_path, simple, of_two)["alarms"].quantity == 3


@pytest.mark.parametrize(
    ("billed", "message"),
    [
        (("AWS::EC2::NatGateway", {}), "nobody has said what AWS::EC2::NatGateway R0 of Some costs"),
        (("AWS::EC2::VPCEndpoint", {"VpcEndpointType": "GatewayLoadBalancer"}), "VpcEndpointType=GatewayLoadBalancer"),
        (domain(size="r7g.large.search"), "r7g.large.search has no price: add"),
        (domain(WarmEnabled=True), "WarmEnabled=True"),
        (domain(MultiAZWithStandbyEnabled=True), "MultiAZWithStandbyEnabled=True"),
        (("AWS::DynamoDB::GlobalTable", {"Replicas": []}), "BillingMode=PROVISIONED"),
        (("AWS::ECS::Cluster", {"ClusterSettings": [{"Name": "containerInsights", "Value": "enabled"}]}), "enabled"),
        (("AWS::Lambda::Function", {"SnapStart": {"ApplyOn": "PublishedVersions"}}), "SnapStart=PublishedVersions"),
        (("AWS::SSM::Parameter", {"Tier": "Advanced"}), "Tier=Advanced"),
        (("AWS::Scheduler::Schedule", {"ScheduleExpression": "cron(0 4 * * ? *)", "Target": {}}), "other than rate"),
        (
            ("AWS::Scheduler::Schedule", {"ScheduleExpression": "rate(1 day)", "Target": {"Arn": "arn"}}),
            "other than a f",
        ),
    ],
)
def test_what_has_no_price_is_an_error_that_says_what_to_add(tmp_path: Path, billed: Json, message: str) -> None:
    with pytest.raises(PriceMissing, match=message):
        of(tmp_path, billed)


def test_a_line_shows_amount_quantity_price_and_source(tmp_path: Path) -> None:
    [row] = table(list(of(tmp_path, endpoint(2)).values()))

    assert row.split() == [
        *("14.60", "interface", "endpoints", "of", "the", "agents'", "network", "1,460", "×", "0.01", "a", "zone-hour"),
        "https://aws.amazon.com/privatelink/pricing/",
    ]
