"""60 endpoints fit: CloudFormation refuses a stack of more than 500 resources."""

import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from infra_cdk.app import one_at_a_time, silence_node_warning
from infra_cdk.config import Throttle, config_for
from infra_cdk.constructs import staging
from tests.infrastructure.named import Templates
from tests.infrastructure.synthesized import Deployment

ENDPOINTS = 60
LARGEST = 400
# Log group, role, policy, function, integration, permission, and a resource for each route.
PER_ENDPOINT = 6
ROUTES = 2


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """The product with 60 more endpoints, each as wide as ours are: two routes, a table, the bucket, a throttle."""
    silence_node_warning()
    from infra_cdk.assembly import add_checks, add_domains, new_app, open_api
    from infra_cdk.constructs.endpoint import POST, Endpoint

    with one_at_a_time(), pytest.MonkeyPatch.context() as patched:
        functions = tmp_path_factory.mktemp("generated") / "functions"
        shutil.copytree(staging.FUNCTIONS, functions, ignore=staging.NOT_SHIPPED)
        patched.setattr(staging, "FUNCTIONS", functions)
        patched.setattr(staging, "STAGED", functions.parent / "staged")
        app = new_app(functions.parent / "assembly")
        stacks = add_domains(app, config_for("aws"), "empty")
        domains = list(stacks.domains.items())
        for number in range(ENDPOINTS):
            domain, stack = domains[number % len(domains)]
            folder = f"{domain}/answer_{number:02}"
            (functions / folder).mkdir()
            (functions / folder / "handler.py").write_text("handler = None\n")
            path = f"/answers-{number:02}"
            throttle = Throttle(rate=1, burst=1)
            endpoint = Endpoint(
                stack, folder, POST, path, f"{path}/{{slug}}", api=stacks.api, config=stacks.config, throttle=throttle
            )
            stacks.data.agents.allow(endpoint, "GetItem")
            stacks.data.artifacts.allow(endpoint, read=("listings/*",))
        open_api(app, stacks)
        add_checks(app)
        return Deployment(Path(app.synth().directory))


def test_no_stack_grows_near_the_limit(generated: Deployment) -> None:
    sizes = {stack: len(template["Resources"]) for stack, template in generated.templates.items()}

    assert len([name for name in generated.functions if name.startswith("mam-answer-")]) == ENDPOINTS
    assert max(sizes.values()) < LARGEST, sizes


def test_an_endpoint_takes_few_resources(generated: Deployment, aws: Deployment) -> None:
    def total(deployment: Deployment) -> Counter[str]:
        domains = {function.stack for function in deployment.functions.values()}
        return Counter(resource.kind for resource in deployment.resources if resource.stack in domains)

    more = total(generated) - total(aws)
    assert sum(more.values()) == ENDPOINTS * (PER_ENDPOINT + ROUTES), more


def test_the_stage_holds_every_route_that_is_to_be_held(generated: Deployment) -> None:
    [stage] = generated.of("AWS::ApiGatewayV2::Stage")
    held = [key for key in stage.properties["RouteSettings"] if key.startswith("POST /api/v1/answers-")]

    assert len(held) == ENDPOINTS * ROUTES
    assert Templates.of(generated.assembly).unordered() == []


def test_a_throttle_that_comes_too_late_for_the_stage_is_refused() -> None:
    silence_node_warning()
    from aws_cdk import App, Stack

    from infra_cdk.constructs.endpoint import Api, OpenAlready, Throttled

    api = Api(Stack(App(), "Alone"), "Api", config=config_for("aws"))
    route: Any = None
    api.hold(Throttled(route=route, key="GET /in-time", throttle=Throttle(rate=1, burst=1)))

    assert [each.key for each in api.open()] == ["GET /in-time"]
    with pytest.raises(OpenAlready, match="GET /late before the stage"):
        api.hold(Throttled(route=route, key="GET /late", throttle=Throttle(rate=1, burst=1)))
