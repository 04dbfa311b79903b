"""How each kind of resource is billed while nobody uses it."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from infra_cdk.idle_cost.prices import FILE, Price, PriceList, PriceMissing
from infra_cdk.idle_cost.templates import Resource

HOURS = {"minute": 1 / 60, "hour": 1.0, "day": 24.0}
RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")


@dataclass(frozen=True)
class Line:
    """What is billed, by how much of it a month."""

    what: str
    quantity: float
    price: Price

    @property
    def usd(self) -> float:
        return self.quantity * self.price.usd


Rule = Callable[[Resource, PriceList], Iterator[Line]]


def lines_of(found: Iterable[Resource], prices: PriceList) -> list[Line]:
    """One line for each thing that is billed, the dearest first. Raises PriceMissing for what has no price."""
    summed: dict[str, Line] = {}
    for resource in found:
        for line in _lines(resource, prices):
            before = summed.get(line.what)
            summed[line.what] = replace(line, quantity=line.quantity + (before.quantity if before else 0))
    return sorted(summed.values(), key=lambda line: -line.usd)


def _lines(resource: Resource, prices: PriceList) -> Iterator[Line]:
    rule = RULES.get(resource.kind)
    if rule is not None:
        yield from rule(resource, prices)
    elif resource.kind not in prices.free and not resource.kind.startswith("Custom::"):  # those run while deploying
        raise PriceMissing(
            f"nobody has said what {resource} costs while nobody uses it: "
            f"add its kind to [free] of {FILE.name} with the reason, or a rule to infra_cdk/idle_cost/rules.py"
        )


def _endpoint(resource: Resource, prices: PriceList) -> Iterator[Line]:
    kind = resource.properties.get("VpcEndpointType", "Gateway")
    if kind == "Gateway":
        return
    _only(resource, "VpcEndpointType", kind, {"Interface"})
    zones = len(resource.properties["SubnetIds"])
    yield Line("interface endpoints of the agents' network", zones * prices.hours, prices.of("interface_endpoint"))


def _search_domain(resource: Resource, prices: PriceList) -> Iterator[Line]:
    cluster, disk = resource.properties["ClusterConfig"], resource.properties["EBSOptions"]
    for what in ("WarmEnabled", "MultiAZWithStandbyEnabled"):
        _only(resource, what, cluster.get(what, False), {False})
    _only(resource, "VolumeType", disk["VolumeType"], {"gp3"})
    nodes = cluster["InstanceCount"]
    yield Line("search nodes", nodes * prices.hours, prices.of(cluster["InstanceType"]))
    if cluster.get("DedicatedMasterEnabled"):
        masters = cluster["DedicatedMasterCount"]
        yield Line("search master nodes", masters * prices.hours, prices.of(cluster["DedicatedMasterType"]))
    yield Line("search nodes' disks", nodes * disk["VolumeSize"], prices.of("search_gp3"))


def _alarm(resource: Resource, prices: PriceList) -> Iterator[Line]:
    metrics = [one for one in resource.properties.get("Metrics", []) if "MetricStat" in one]
    yield Line("alarms", max(len(metrics), 1), prices.of("alarm_metric"))


def _firewall_domains(resource: Resource, prices: PriceList) -> Iterator[Line]:
    yield Line("names in DNS firewall lists", len(resource.properties["Domains"]), prices.of("firewall_domain"))


def _schedule(resource: Resource, prices: PriceList) -> Iterator[Line]:
    """One that waits for an operator is off. What a scan or a build costs is no idling: its spend has caps."""
    state = resource.text(resource.properties.get("State", "ENABLED"))
    if state == "DISABLED":
        return
    calls = prices.hours / _hours(resource)
    yield Line("schedules' calls", calls, prices.of("schedule_call"))
    target = resource.target(resource.properties["Target"]["Arn"])
    if target is None or target.kind != "AWS::Lambda::Function":
        raise PriceMissing(f"{resource} starts something other than a function of its stack: say what that costs idle")
    yield from _scheduled_function(target, calls, prices)


def _scheduled_function(function: Resource, calls: float, prices: PriceList) -> Iterator[Line]:
    properties, assumed = function.properties, prices.assumed
    gb_seconds = calls * assumed["scheduled_call_seconds"] * properties["MemorySize"] / 1024
    yield Line("scheduled functions' calls", calls, prices.of("function_call"))
    yield Line("scheduled functions' time", gb_seconds, prices.of(f"function_{properties['Architectures'][0]}"))
    yield Line("scheduled functions' logs", calls * assumed["scheduled_call_log_gb"], prices.of("log_gb"))


def _hours(resource: Resource) -> float:
    said = RATE.fullmatch(str(resource.properties["ScheduleExpression"]))
    if said is None:
        raise PriceMissing(f"{resource} has a schedule other than rate(…), whose calls a month are not counted yet")
    return int(said[1]) * HOURS[said[2]]


def _function(resource: Resource, _prices: PriceList) -> Iterator[Line]:
    """Paid by the call, but for what is kept warm."""
    _only(resource, "SnapStart", resource.properties.get("SnapStart", {}).get("ApplyOn", "None"), {"None"})
    return iter(())


def _event_source(resource: Resource, prices: PriceList) -> Iterator[Line]:
    """A queue is polled whether anything is in it or not; for reading a table's stream Lambda pays."""
    if "StartingPosition" not in resource.properties:
        polls = prices.assumed["queue_polls_per_hour"] * prices.hours
        yield Line("polls of queues that functions read", polls, prices.of("queue_request"))


def _table(resource: Resource, prices: PriceList) -> Iterator[Line]:
    _only(resource, "BillingMode", resource.properties.get("BillingMode", "PROVISIONED"), {"PAY_PER_REQUEST"})
    for replica in resource.properties["Replicas"]:
        yield Line("tables' rows", prices.assumed["table_gb"], prices.of("table_gb"))
        if replica.get("PointInTimeRecoverySpecification", {}).get("PointInTimeRecoveryEnabled"):
            yield Line("tables' recovery", prices.assumed["table_gb"], prices.of("table_recovery_gb"))


def _cluster(resource: Resource, _prices: PriceList) -> Iterator[Line]:
    """Free without tasks, unless it is watched."""
    for setting in resource.properties.get("ClusterSettings", []):
        _only(resource, setting["Name"], setting["Value"], {"disabled"})
    return iter(())


def _parameter(resource: Resource, _prices: PriceList) -> Iterator[Line]:
    _only(resource, "Tier", resource.properties.get("Tier", "Standard"), {"Standard"})
    return iter(())


def _each(what: str, price: str, assumed: str | None = None) -> Rule:
    def rule(_resource: Resource, prices: PriceList) -> Iterator[Line]:
        yield Line(what, prices.assumed[assumed] if assumed else 1, prices.of(price))

    return rule


def _only(resource: Resource, what: str, value: Any, known: set[Any]) -> None:
    if value not in known:
        raise PriceMissing(f"{resource} has {what}={value}, whose price infra_cdk/idle_cost/rules.py does not know")


RULES: Mapping[str, Rule] = {
    "AWS::CloudWatch::Alarm": _alarm,
    "AWS::DynamoDB::GlobalTable": _table,
    "AWS::EC2::VPCEndpoint": _endpoint,
    "AWS::ECR::Repository": _each("agents' images", "image_gb", "image_gb"),
    "AWS::ECS::Cluster": _cluster,
    "AWS::KMS::Key": _each("keys", "key"),
    "AWS::Lambda::EventSourceMapping": _event_source,
    "AWS::Lambda::Function": _function,
    "AWS::OpenSearchService::Domain": _search_domain,
    "AWS::Route53Resolver::FirewallDomainList": _firewall_domains,
    "AWS::S3::Bucket": _each("buckets' objects", "bucket_gb", "bucket_gb"),
    "AWS::SSM::Parameter": _parameter,
    "AWS::Scheduler::Schedule": _schedule,
    "AWS::SecretsManager::Secret": _each("secrets", "secret"),
}
