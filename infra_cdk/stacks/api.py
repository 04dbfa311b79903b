"""What customers reach: the HTTP API, one Lambda per endpoint, the search index behind it and the demos' queue."""

import json
from datetime import timedelta
from functools import partial

from aws_cdk import CfnOutput, RemovalPolicy, Stack
from aws_cdk import aws_apigatewayv2 as apigw
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra_cdk.config import API_ROOT, Config
from infra_cdk.constructs.durations import retention
from infra_cdk.constructs.endpoint import add_default, add_endpoint
from infra_cdk.constructs.function import FolderFunction
from infra_cdk.constructs.queue import DeadLetters, WorkQueue
from infra_cdk.constructs.search_index import SearchIndex
from infra_cdk.stacks.data import DataStack
from infra_cdk.stacks.runtime import RuntimeStack

START_DEMO = "/agents/{slug}/demo"
# No header and no body: neither keys nor inputs of customers reach the log.
ACCESS_LOG = {
    "request_id": "$context.requestId",
    "time": "$context.requestTimeEpoch",
    "route": "$context.routeKey",
    "path": "$context.path",
    "status": "$context.status",
    "latency_ms": "$context.responseLatency",
    "ip": "$context.identity.sourceIp",
    "error": "$context.integrationErrorMessage",
}

GET, POST = apigw.HttpMethod.GET, apigw.HttpMethod.POST


class ApiStack(Stack):
    """The functions that answer requests, and the two reactions that serve them."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: Config,
        data: DataStack,
        runtime: RuntimeStack,
    ) -> None:
        super().__init__(scope, construct_id, description="MAM: HTTP API")
        endpoint = partial(FolderFunction, self, config=config, memory=1024, timeout=timedelta(seconds=29))
        reaction = partial(FolderFunction, self, config=config)
        self.api = self._http_api(config)
        demos = WorkQueue(
            self, "demo-runs", config=config, visibility=config.demo_visibility, attempts=config.demo_attempts
        )

        search = SearchIndex(self, "Search", config=config)
        find = ("Post", "agents/_search")

        get_health = endpoint("platform/get_health", uses=["search"])
        data.agents.allow(get_health, "GetItem")
        data.artifacts.allow(get_health, may_miss=True)
        demos.allow(get_health, "GetQueueAttributes", setting="DEMO_QUEUE_URL")
        search.allow(get_health, ("Post", "agents/_count"))
        add_endpoint(self.api, get_health, GET, "/health")

        get_openapi = endpoint("platform/get_openapi")
        add_endpoint(self.api, get_openapi, GET, "/openapi.json")
        add_default(self.api, get_openapi)

        list_agents = endpoint("catalogue/list_agents", uses=["search"])
        data.agents.allow(list_agents, "Query", index="by_status")
        search.allow(list_agents, find)
        add_endpoint(self.api, list_agents, GET, "/agents")

        list_categories = endpoint("catalogue/list_categories", uses=["search"])
        data.agents.allow(list_categories, "Query", index="by_status")
        search.allow(list_categories, find)
        add_endpoint(self.api, list_categories, GET, "/categories")

        get_agent = endpoint("catalogue/get_agent")
        data.agents.allow(get_agent, "GetItem")
        data.artifacts.allow(get_agent, read=("listings/*", "certificates/*"))
        add_endpoint(self.api, get_agent, GET, "/agents/{slug}", "/agents/{slug}/certificate")

        start_demo = endpoint("runs/start_demo")
        data.agents.allow(start_demo, "GetItem")
        data.meters.allow(start_demo, "GetItem", "UpdateItem")
        data.agent_runs.allow(start_demo, "GetItem", "PutItem")
        data.artifacts.allow(start_demo, read=("listings/*", "demos/*"), write=("demos/*",))
        demos.allow(start_demo, "SendMessage", setting="DEMO_QUEUE_URL")
        add_endpoint(self.api, start_demo, POST, START_DEMO)

        get_demo = endpoint("runs/get_demo")
        data.agent_runs.allow(get_demo, "GetItem", "UpdateItem")
        data.artifacts.allow(get_demo, read=("demos/*",))
        demos.allow(get_demo, "SendMessage", setting="DEMO_QUEUE_URL")
        add_endpoint(self.api, get_demo, GET, "/demos/{token}")

        run_demo = reaction(
            "runs/run_demo",
            uses=["llm"],
            timeout=config.demo_worker_timeout,
            settings={
                "MODEL_FAST": config.models.fast,
                "DAILY_MODEL_SPEND_CENTS": str(config.models.daily_demo_spend_cents),
            },
        )
        data.agent_runs.allow(run_demo, "GetItem", "UpdateItem")
        data.meters.allow(run_demo, "GetItem", "UpdateItem")
        data.artifacts.allow(run_demo, read=("demos/*",), write=("demos/*",))
        data.anthropic.allow(run_demo)
        runtime.allow_tasks(run_demo, kept_warm=True)
        run_demo.add_event_source(
            sources.SqsEventSource(
                demos, batch_size=1, max_concurrency=config.demo_workers, report_batch_item_failures=True
            )
        )

        index_letters = DeadLetters(self, "index-agent", config=config)
        index_agent = reaction("catalogue/index_agent", uses=["search"], timeout=timedelta(minutes=1))
        data.agents.allow(index_agent, "Query", index="by_status")
        data.artifacts.allow(index_agent, read=("listings/*",))
        search.allow(
            index_agent,
            ("Head", "agents-*"),
            ("Head", "_alias/agents"),
            ("Put", "agents-*"),
            ("Post", "_aliases"),
            ("Put", "agents-*/_doc/*"),
        )
        index_agent.add_event_source(
            sources.DynamoEventSource(
                data.agents,
                starting_position=lambda_.StartingPosition.TRIM_HORIZON,
                batch_size=25,
                bisect_batch_on_error=True,
                retry_attempts=10,
                report_batch_item_failures=True,
                on_failure=sources.SqsDlq(index_letters),
            )
        )
        self.dead_letters = [demos.dead_letters, index_letters]
        CfnOutput(self, "ApiUrl", value=self.api.api_endpoint)

    def _http_api(self, config: Config) -> apigw.HttpApi:
        """No CORS: the site and its API share one origin. A demo costs model calls and task time: held tighter."""
        access_logs = logs.LogGroup(
            self,
            "AccessLogs",
            log_group_name=f"/aws/vendedlogs/apis/{config.settings.prefix}-api",
            retention=retention(config.log_days),
            removal_policy=RemovalPolicy.DESTROY,
        )
        api = apigw.HttpApi(self, "Api", api_name=f"{config.settings.prefix}-api", create_default_stage=False)
        everything, demos = config.api_throttle, config.demo_throttle
        stage = api.add_stage(
            "Stage",
            stage_name="$default",
            auto_deploy=True,
            throttle=apigw.ThrottleSettings(rate_limit=everything.rate, burst_limit=everything.burst),
        )
        resource = stage.node.default_child
        assert isinstance(resource, apigw.CfnStage)
        resource.access_log_settings = apigw.CfnStage.AccessLogSettingsProperty(
            destination_arn=access_logs.log_group_arn, format=json.dumps(ACCESS_LOG)
        )
        resource.route_settings = {
            f"POST {API_ROOT}{START_DEMO}": {"ThrottlingRateLimit": demos.rate, "ThrottlingBurstLimit": demos.burst}
        }
        return api
