"""What customers reach: the HTTP API. Its endpoints are in the stacks of their domains; here it begins and it opens."""

import json
from collections.abc import Sequence

from aws_cdk import CfnOutput, RemovalPolicy, Stack
from aws_cdk import aws_apigatewayv2 as apigw
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra_cdk.config import Config, Throttle
from infra_cdk.constructs.durations import retention
from infra_cdk.constructs.endpoint import Api, Throttled

# No header, no body and no path: neither keys, wherever somebody puts them, nor tokens of demos nor inputs of customers
# reach the log.
ACCESS_LOG = {
    "request_id": "$context.requestId",
    "time": "$context.requestTimeEpoch",
    "route": "$context.routeKey",
    "status": "$context.status",
    "latency_ms": "$context.responseLatency",
    "ip": "$context.identity.sourceIp",
    "error": "$context.integrationErrorMessage",
}


class ApiStack(Stack):
    """The API alone, for the stacks of the domains to add their routes to."""

    def __init__(self, scope: Construct, construct_id: str, *, config: Config) -> None:
        super().__init__(scope, construct_id, description="MAM: HTTP API")
        self.api = Api(self, "Api", config=config)
        CfnOutput(self, "ApiUrl", value=self.api.api_endpoint)


class StageStack(Stack):
    """What opens the API: its stage with throttles and access log. It names routes, so it comes after `domains`."""

    def __init__(
        self, scope: Construct, construct_id: str, *, config: Config, api: Api, domains: Sequence[Stack]
    ) -> None:
        super().__init__(scope, construct_id, description="MAM: the HTTP API's stage")
        access_logs = logs.LogGroup(
            self,
            "AccessLogs",
            log_group_name=f"/aws/vendedlogs/apis/{config.settings.prefix}-api",
            retention=retention(config.log_days),
            removal_policy=RemovalPolicy.DESTROY,
        )
        throttled = api.open()
        stage = apigw.CfnStage(
            self,
            "Stage",
            api_id=api.api_id,
            stage_name="$default",
            auto_deploy=True,
            default_route_settings=apigw.CfnStage.RouteSettingsProperty(
                throttling_rate_limit=config.api_throttle.rate, throttling_burst_limit=config.api_throttle.burst
            ),
            access_log_settings=apigw.CfnStage.AccessLogSettingsProperty(
                destination_arn=access_logs.log_group_arn, format=json.dumps(ACCESS_LOG)
            ),
            route_settings={each.key: _settings(each.throttle) for each in throttled},
        )
        _after_routes(stage, throttled)
        for domain in domains:
            self.add_stack_dependency(domain)


def _settings(throttle: Throttle) -> dict[str, int]:
    """Passed through as it is: the template's own names."""
    return {"ThrottlingRateLimit": throttle.rate, "ThrottlingBurstLimit": throttle.burst}


def _after_routes(stage: apigw.CfnStage, throttled: Sequence[Throttled]) -> None:
    """A key in the settings is a mere text to CloudFormation; without this it would not wait for the route."""
    for each in throttled:
        stage.node.add_dependency(each.route)
