"""Workflow 1, every four hours: what people complain about in public becomes scored opportunities."""

from datetime import timedelta
from functools import partial

from aws_cdk import Stack
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra_cdk.config import ONE_VCPU_MB, Config
from infra_cdk.constructs.function import FolderFunction
from infra_cdk.constructs.queue import DeadLetters
from infra_cdk.constructs.schedule import Every
from infra_cdk.constructs.workflow import Workflow
from infra_cdk.stacks.data import DataStack


class MarketStack(Stack):
    """The stages of `market-scan`, the functions of `functions/market`."""

    def __init__(
        self, scope: Construct, construct_id: str, *, config: Config, data: DataStack, record_failure: FolderFunction
    ) -> None:
        super().__init__(scope, construct_id, description="MAM: market scan")
        stage = partial(FolderFunction, self, config=config)
        cap = {"DAILY_MODEL_SPEND_CENTS": str(config.models.daily_spend_cents)}

        scan_posts = stage(
            "market/scan_posts",
            uses=["reddit"],
            timeout=timedelta(minutes=15),
            memory=ONE_VCPU_MB,
            settings={"SOURCES": ",".join(config.sources), **cap},
        )
        data.reddit.allow(scan_posts)
        data.seen_posts.allow(scan_posts, "BatchGetItem")
        data.meters.allow(scan_posts, "GetItem")
        data.artifacts.allow(scan_posts, write=("scans/*",))

        extract_problems = stage(
            "market/extract_problems",
            uses=["llm"],
            memory=ONE_VCPU_MB,
            timeout=timedelta(minutes=10),
            settings={"MODEL_FAST": config.models.fast, **cap},
        )
        data.anthropic.allow(extract_problems)
        data.meters.allow(extract_problems, "UpdateItem")
        data.artifacts.allow(extract_problems, read=("scans/*",), write=("scans/*",), may_miss=True)

        cluster_problems = stage(
            "market/cluster_problems", uses=["embedder"], timeout=timedelta(minutes=15), memory=3008
        )
        data.artifacts.allow(cluster_problems, read=("scans/*",), write=("scans/*",))
        data.problems.allow(cluster_problems, "BatchGetItem")
        data.problems.allow(cluster_problems, "Query", index="by_opportunity")
        data.opportunities.allow(cluster_problems, "Query", index="by_status")

        score_opportunities = stage(
            "market/score_opportunities",
            uses=["llm"],
            memory=ONE_VCPU_MB,
            timeout=timedelta(minutes=15),
            settings={"MODEL_FAST": config.models.fast, **cap},
        )
        data.anthropic.allow(score_opportunities)
        data.meters.allow(score_opportunities, "UpdateItem")
        data.artifacts.allow(score_opportunities, read=("scans/*",), write=("scans/*",), may_miss=True)
        data.opportunities.allow(score_opportunities, "BatchGetItem")
        data.problems.allow(score_opportunities, "Query", index="by_opportunity")

        save_opportunities = stage("market/save_opportunities", timeout=timedelta(minutes=15), memory=ONE_VCPU_MB)
        data.artifacts.allow(save_opportunities, read=("scans/*",))
        data.opportunities.allow(save_opportunities, "GetItem", "PutItem")
        data.problems.allow(save_opportunities, "BatchGetItem", "PutItem")
        data.seen_posts.allow(save_opportunities, "BatchGetItem", "BatchWriteItem")

        scan = Workflow(self, "market-scan", config=config, record_failure=record_failure)
        cluster = scan.stage(cluster_problems)
        self.state_machine = scan.run(
            scan.stage(
                scan_posts,
                {"scan_id": sfn.JsonPath.execution_name, "request": sfn.JsonPath.object_at("$$.Execution.Input")},
            )
            .next(
                scan.each(
                    extract_problems,
                    bucket=data.artifacts,
                    items="$.batches_key",
                    concurrency=config.extract_concurrency,
                )
            )
            .next(cluster)
            .next(scan.stage(score_opportunities))
            # Another scan was faster with the same opportunities: place the problems anew, beside what it stored.
            .next(scan.stage(save_opportunities, again_from={"MarketChanged": cluster}))
        )
        self.dead_letters = [DeadLetters(self, "market-scan", config=config)]
        Every(
            self,
            "market-scan",
            config=config,
            span=config.scan_every,
            starts=self.state_machine,
            dead_letters=self.dead_letters[0],
        )
