"""The HTTP API, and an endpoint of it: a route, and the Lambda of the folder that answers there.

The API is in one stack, an endpoint in the stack of its domain, and the stage in a third that is deployed after both:
a stage whose throttles name a route that is not there yet fails a first deployment.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import product

from aws_cdk import aws_apigatewayv2 as apigw
from aws_cdk import aws_apigatewayv2_integrations as integrations
from constructs import Construct

from infra_cdk.config import API_ROOT, Config, Throttle
from infra_cdk.constructs.acknowledge import acknowledge
from infra_cdk.constructs.function import FolderFunction

DELETE, GET, POST = apigw.HttpMethod.DELETE, apigw.HttpMethod.GET, apigw.HttpMethod.POST
PUBLIC = {"APIG4": "public routes are limited per address; the others recognise their callers in the function itself"}
# The gateway gives up after 30 seconds; a function that ends before can still say why.
ANSWER_WITHIN = timedelta(seconds=29)


@dataclass(frozen=True, kw_only=True)
class Throttled:
    """A route that is held tighter than the API as a whole."""

    route: apigw.HttpRoute
    key: str
    throttle: Throttle


class OpenAlready(Exception):
    """A route is to be held tighter after the stage was made, which would not know of it."""


class Api(apigw.HttpApi):
    """Without a stage, and without CORS: the site and its API share one origin."""

    def __init__(self, scope: Construct, construct_id: str, *, config: Config) -> None:
        super().__init__(scope, construct_id, api_name=f"{config.settings.prefix}-api", create_default_stage=False)
        self._throttled: list[Throttled] = []
        self._open = False

    def hold(self, throttled: Throttled) -> None:
        if self._open:
            raise OpenAlready(f"wire {throttled.key} before the stage of the API is made")
        self._throttled.append(throttled)

    def open(self) -> Sequence[Throttled]:
        """What the stage has to know. From now on no other route can be held."""
        self._open = True
        return tuple(self._throttled)


class Endpoint(FolderFunction):
    """Answers `<method> /api/v1<path>` for each of the paths; it gets the event in the payload format 2.0.

    Routes, integration and permission are of the stack that the endpoint is in. `throttle` holds each path on its own.
    """

    def __init__(
        self,
        scope: Construct,
        folder: str,
        method: apigw.HttpMethod,
        *paths: str,
        api: Api,
        config: Config,
        uses: Sequence[str] = (),
        memory: int = 1024,
        throttle: Throttle | None = None,
    ) -> None:
        super().__init__(scope, folder, config=config, uses=uses, memory=memory, timeout=ANSWER_WITHIN)
        self._api = api
        # One permission for the function, not one a route: what a stack may hold is limited.
        integration = self._integration("", scope_permission_to_route=False)
        # HEAD is answered wherever GET is: the function makes one of the other.
        methods = [method, apigw.HttpMethod.HEAD] if method is GET else [method]
        for path, verb in product(paths, methods):
            key = apigw.HttpRouteKey.with_(f"{API_ROOT}{path}", verb)
            route = self._route(f"{verb.value.title()}{_as_id(path)}", key, integration)
            if throttle is not None:
                api.hold(Throttled(route=route, key=key.key, throttle=throttle))

    def answers_the_rest(self) -> None:
        """Also takes whatever no other route takes: the gateway's own 404 is no problem document."""
        # The default route's ARN has no path, so the permission for the API's other routes does not cover it.
        integration = self._integration("Default", scope_permission_to_route=True)
        self._route("Otherwise", apigw.HttpRouteKey.DEFAULT, integration)

    def _route(
        self, construct_id: str, key: apigw.HttpRouteKey, integration: apigw.HttpRouteIntegration
    ) -> apigw.HttpRoute:
        route = apigw.HttpRoute(self, construct_id, http_api=self._api, integration=integration, route_key=key)
        acknowledge(route, PUBLIC)
        return route

    def _integration(self, suffix: str, *, scope_permission_to_route: bool) -> integrations.HttpLambdaIntegration:
        return integrations.HttpLambdaIntegration(
            f"{suffix}Integration",
            self,
            payload_format_version=apigw.PayloadFormatVersion.VERSION_2_0,
            scope_permission_to_route=scope_permission_to_route,
        )


def _as_id(path: str) -> str:
    words = "".join(character if character.isalnum() else " " for character in path).split()
    return "".join(word.title() for word in words)
