"""Workflow 2: an opportunity becomes a published agent, or is given up with the reason kept."""

from datetime import timedelta
from functools import partial

from aws_cdk import Stack
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra_cdk.config import ONE_VCPU_MB, Config
from infra_cdk.constructs.function import FolderFunction
from infra_cdk.constructs.queue import DeadLetters
from infra_cdk.constructs.rule import AfterSuccess
from infra_cdk.constructs.schedule import Every
from infra_cdk.constructs.workflow import Workflow
from infra_cdk.stacks.data import DataStack
from infra_cdk.stacks.runs import RunsStack
from infra_cdk.stacks.runtime import PULL, PUSH, TAG, RuntimeStack


class FactoryStack(Stack):
    """The stages of `agent-factory`, the functions of `functions/factory`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: Config,
        data: DataStack,
        runtime: RuntimeStack,
        runs: RunsStack,
        record_failure: FolderFunction,
        scan: sfn.StateMachine,
    ) -> None:
        super().__init__(scope, construct_id, description="MAM: agent factory")
        stage = partial(FolderFunction, self, config=config, timeout=timedelta(minutes=10))
        asks_model = partial(stage, memory=ONE_VCPU_MB)
        cap = {"DAILY_MODEL_SPEND_CENTS": str(config.models.daily_spend_cents)}
        strong = {"MODEL_STRONG": config.models.strong, **cap}
        fast = {"MODEL_FAST": config.models.fast, **cap}

        pick_opportunity = stage("factory/pick_opportunity", settings=cap)
        data.opportunities.allow(pick_opportunity, "GetItem", "PutItem")
        data.opportunities.allow(pick_opportunity, "Query", index="by_status")
        data.agents.allow(pick_opportunity, "GetItem")
        data.meters.allow(pick_opportunity, "GetItem")
        data.artifacts.allow(pick_opportunity, read=("scans/*",), write=("scans/*",))

        generate_spec = asks_model("factory/generate_spec", uses=["llm"], settings=strong)
        data.opportunities.allow(generate_spec, "GetItem")
        data.agents.allow(generate_spec, "GetItem", "PutItem")
        data.artifacts.allow(generate_spec, read=("builds/*",), write=("builds/*",))

        generate_code = asks_model("factory/generate_code", uses=["llm", "factory"], settings=strong)
        data.opportunities.allow(generate_code, "GetItem")
        data.artifacts.allow(generate_code, read=("builds/*", "code/*"), write=("builds/*", "code/*"), may_miss=True)

        build_image = stage("factory/build_image")
        data.artifacts.allow(build_image, read=("code/*",))
        runtime.allow_images(build_image, [*PULL, *PUSH])

        test_agent = stage("factory/test_agent")
        data.artifacts.allow(test_agent, read=("builds/*",), write=("builds/*",))
        runs.allow_tasks(test_agent, kept_warm=False)

        score_quality = asks_model("factory/score_quality", uses=["llm"], settings=strong)
        data.opportunities.allow(score_quality, "GetItem")
        data.artifacts.allow(score_quality, read=("builds/*",), write=("builds/*",), may_miss=True)

        publish_agent = asks_model("factory/publish_agent", uses=["llm"], settings=fast)
        data.artifacts.allow(
            publish_agent,
            read=("builds/*", "code/*", "certificates/*", "listings/*"),
            write=("builds/*", "certificates/*", "listings/*"),
            may_miss=True,
        )
        data.opportunities.allow(publish_agent, "GetItem", "PutItem")
        data.agents.allow(publish_agent, "GetItem", "PutItem")
        data.agent_versions.allow(publish_agent, "PutItem")
        runtime.allow_images(publish_agent, TAG)

        reject_agent = stage("factory/reject_agent")
        data.opportunities.allow(reject_agent, "GetItem", "PutItem")
        data.agents.allow(reject_agent, "GetItem", "UpdateItem")

        for asks_claude in (generate_spec, generate_code, score_quality, publish_agent):
            data.anthropic.allow(asks_claude)
            data.meters.allow(asks_claude, "UpdateItem")

        factory = Workflow(self, "agent-factory", config=config, record_failure=record_failure)
        code = factory.stage(generate_code)
        reject = factory.stage(reject_agent)
        publish = factory.stage(publish_agent)
        next_is = partial(sfn.Condition.string_equals, "$.next")
        self.state_machine = factory.run(
            factory.stage(
                pick_opportunity,
                {"build_id": sfn.JsonPath.execution_name, "request": sfn.JsonPath.object_at("$$.Execution.Input")},
            ).next(
                sfn.Choice(factory, "anything_to_build")
                .when(next_is("nothing_to_build"), sfn.Succeed(factory, "nothing_to_build"))
                .otherwise(
                    factory.stage(generate_spec)
                    .next(code)
                    .next(
                        sfn.Choice(factory, "code_passed")
                        .when(next_is("generate_code"), code)
                        .when(next_is("reject_agent"), reject)
                        .otherwise(
                            factory.stage(build_image)
                            .next(factory.stage(test_agent))
                            .next(factory.stage(score_quality))
                            .next(
                                sfn.Choice(factory, "good_enough")
                                .when(next_is("publish_agent"), publish)
                                .when(next_is("generate_code"), code)
                                .otherwise(reject)
                            )
                        )
                    )
                )
            )
        )
        self.dead_letters = [DeadLetters(self, "agent-factory", config=config)]
        Every(
            self,
            "agent-factory",
            config=config,
            span=config.build_every,
            starts=self.state_machine,
            dead_letters=self.dead_letters[0],
        )
        AfterSuccess(
            self,
            "scan-succeeded",
            config=config,
            of=scan,
            starts=self.state_machine,
            key="scan_id",
            dead_letters=self.dead_letters[0],
        )
