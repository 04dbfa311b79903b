"""One endpoint of the HTTP API: a route, the Lambda of the folder of the same name."""

from aws_cdk import aws_apigatewayv2 as apigw
from aws_cdk import aws_apigatewayv2_integrations as integrations

from infra_cdk.config import API_ROOT
from infra_cdk.constructs.acknowledge import acknowledge
from infra_cdk.constructs.function import FolderFunction

PUBLIC = {"APIG4": "the catalogue and its demos are public; demos are limited per address"}


def add_endpoint(api: apigw.HttpApi, function: FolderFunction, method: apigw.HttpMethod, *paths: str) -> None:
    """Lead `<method> /api/v1<path>` to the function, and HEAD where GET goes; events have the payload format 2.0."""
    integration = _integration(function)
    methods = [method, apigw.HttpMethod.HEAD] if method is apigw.HttpMethod.GET else [method]
    for path in paths:
        for route in api.add_routes(path=f"{API_ROOT}{path}", methods=methods, integration=integration):
            acknowledge(route, PUBLIC)


def add_default(api: apigw.HttpApi, function: FolderFunction) -> None:
    """Lead whatever no other route takes to the function: the gateway's own 404 is no problem document."""
    route = apigw.HttpRoute(
        api,
        "Otherwise",
        http_api=api,
        integration=_integration(function, "Default"),
        route_key=apigw.HttpRouteKey.DEFAULT,
    )
    acknowledge(route, PUBLIC)


def _integration(function: FolderFunction, suffix: str = "") -> integrations.HttpLambdaIntegration:
    return integrations.HttpLambdaIntegration(
        f"{function.node.id}{suffix}Integration",
        function,
        payload_format_version=apigw.PayloadFormatVersion.VERSION_2_0,
    )
