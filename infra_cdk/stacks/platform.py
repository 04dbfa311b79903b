"""What serves all the others: health, the API's own description, the record of failures, the agents' base image."""

from datetime import timedelta
from functools import partial
from pathlib import Path

from aws_cdk import Stack
from constructs import Construct

from infra_cdk.config import Config
from infra_cdk.constructs.base_image import BaseImage
from infra_cdk.constructs.endpoint import GET, Api, Endpoint
from infra_cdk.constructs.function import FolderFunction
from infra_cdk.constructs.queue import DeadLetters
from infra_cdk.constructs.schedule import Every
from infra_cdk.stacks.catalogue import CatalogueStack
from infra_cdk.stacks.data import DataStack
from infra_cdk.stacks.runs import RunsStack
from infra_cdk.stacks.runtime import PUSH, RuntimeStack


class PlatformStack(Stack):
    """The functions of `functions/platform`; `record_failure` is where both workflows end when a stage gives up.

    `sdk` is the packed SDK of the agents, where the base image is made while deploying.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: Config,
        data: DataStack,
        runtime: RuntimeStack,
        catalogue: CatalogueStack,
        runs: RunsStack,
        api: Api,
        sdk: Path | None,
    ) -> None:
        super().__init__(scope, construct_id, description="MAM: what serves all other functions")
        endpoint = partial(Endpoint, self, api=api, config=config)
        reaction = partial(FolderFunction, self, config=config)

        get_health = endpoint("platform/get_health", GET, "/health", uses=["search"])
        data.agents.allow(get_health, "GetItem")
        data.artifacts.allow(get_health, may_miss=True)
        runs.queue.allow(get_health, "GetQueueAttributes", setting="RUN_QUEUE_URL")
        data.meters.allow(get_health, "GetItem")
        runtime.allow_looking(get_health)
        catalogue.search.allow(get_health, ("Post", "agents/_count"))

        get_openapi = endpoint("platform/get_openapi", GET, "/openapi.json")
        get_openapi.answers_the_rest()

        self.record_failure = reaction("platform/record_failure")
        data.workflow_failures.allow(self.record_failure, "Query", "PutItem")
        data.opportunities.allow(self.record_failure, "GetItem", "PutItem")
        scans = f"{config.settings.prefix}-market-scan"
        for action, resource, pattern in (
            ("ListMapRuns", "execution", ":*"),
            ("ListExecutions", "mapRun", "/*"),
            ("DescribeExecution", "execution", "/*"),
        ):
            self.record_failure.may(
                [f"states:{action}"],
                [f"arn:{self.partition}:states:{self.region}:{self.account}:{resource}:{scans}{pattern}"],
                pattern_because="executions and runs of a Map have names that are made when they start",
            )

        base_letters = DeadLetters(self, "renew-base-image", config=config)
        prepare_base_image = reaction(
            "platform/prepare_base_image", timeout=timedelta(minutes=10), memory=1024, dead_letters=base_letters
        )
        runtime.allow_images(prepare_base_image, ["BatchGetImage", *PUSH, "StartImageScan"])
        if sdk is not None:
            base = BaseImage(self, "BaseImage", function=prepare_base_image, sdk=sdk, wait=timedelta(minutes=15))
            Every(
                self,
                "renew-base-image",
                config=config,
                span=config.renew_base_every,
                starts=prepare_base_image,
                dead_letters=base_letters,
                payload={"ResourceProperties": base.properties},
                from_the_start=True,
            )
        self.dead_letters = [base_letters]
