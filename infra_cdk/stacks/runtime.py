"""How agents run: a network with no way out, a cluster, the repository of their images, and one way to reach a task.

The repository is here, not with the factory that pushes to it: the network's endpoint policies and the role that pulls
are limited to it, and the factory needs the cluster in turn.
"""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra_cdk.config import Config
from infra_cdk.constructs.acknowledge import acknowledge
from infra_cdk.constructs.agent_network import AgentNetwork
from infra_cdk.constructs.base_image import BaseImage
from infra_cdk.constructs.function import FolderFunction
from infra_cdk.constructs.queue import DeadLetters
from infra_cdk.constructs.schedule import Every
from infra_cdk.stacks.data import DataStack

BASE_TAG = "base"
# What ECR checks when an image is read and written by the OCI distribution protocol.
PULL = ("BatchGetImage", "GetDownloadUrlForLayer")
PUSH = (
    "BatchCheckLayerAvailability",
    "InitiateLayerUpload",
    "UploadLayerPart",
    "CompleteLayerUpload",
    "PutImage",
)
# A second name for an image that is there.
TAG = ("BatchGetImage", "PutImage")


class RuntimeStack(Stack):
    """`sdk` is the packed SDK of the agents, where the base image is made while deploying.

    `allow_tasks` and `allow_images` hand its two capabilities to functions of other stacks."""

    def __init__(
        self, scope: Construct, construct_id: str, *, config: Config, data: DataStack, sdk: Path | None
    ) -> None:
        super().__init__(scope, construct_id, description="MAM: where agents run")
        self._data = data
        # The name of the cluster and of the repository; `shared.runs.tasks.family` begins with it, too.
        self._name = f"{config.settings.prefix}-agents"
        reaction = partial(FolderFunction, self, config=config)

        self.repository = ecr.Repository(
            self,
            "Agents",
            repository_name=self._name,
            image_scan_on_push=True,
            # Agents are pushed and run by digest; a published one gets a tag, which stays. Only the base's tag moves.
            image_tag_mutability=ecr.TagMutability.IMMUTABLE_WITH_EXCLUSION,
            image_tag_mutability_exclusion_filters=[ecr.ImageTagMutabilityExclusionFilter.wildcard(BASE_TAG)],
            lifecycle_rules=[
                ecr.LifecycleRule(
                    description="candidates, under test or rejected: publishing tags an image",
                    tag_status=ecr.TagStatus.UNTAGGED,
                    max_image_count=config.keep_candidates,
                )
            ],
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        )
        self.network = AgentNetwork(self, "Network", config=config, repository=self.repository)
        self.cluster = ecs.Cluster(
            self,
            "Cluster",
            cluster_name=self._name,
            vpc=self.network.vpc,
            container_insights_v2=ecs.ContainerInsights.DISABLED,
        )
        acknowledge(
            self.cluster,
            {"ECS4": "priced by the task, and nobody reads it: runs and tasks are counted by our own functions"},
        )
        self.execution_role = self._execution_role()

        self.forward_to_task = reaction(
            "runs/forward_to_task",
            timeout=timedelta(seconds=60),
            vpc=self.network.vpc,
            security_group=self.network.forwarder,
            settings={"TASK_NETWORK": config.task_network},
        )

        base_letters = DeadLetters(self, "renew-base-image", config=config)
        prepare_base_image = reaction(
            "platform/prepare_base_image", timeout=timedelta(minutes=10), memory=1024, dead_letters=base_letters
        )
        self.allow_images(prepare_base_image, ["BatchGetImage", *PUSH, "StartImageScan"])
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

        reaper_letters = DeadLetters(self, "reap-tasks", config=config)
        reap_tasks = reaction(
            "runs/reap_tasks",
            timeout=timedelta(seconds=60),
            dead_letters=reaper_letters,
            settings={"AGENTS_CLUSTER": self._name},
        )
        data.agent_tasks.allow(reap_tasks, "Scan", "DeleteItem")
        reap_tasks.may(["ecs:ListTasks"], ["*"], conditions=self._in_cluster())
        self._allow_on_tasks(reap_tasks)
        self.dead_letters = [reaper_letters, base_letters]
        Every(
            self,
            "reap-tasks",
            config=config,
            span=config.reap_every,
            starts=reap_tasks,
            dead_letters=reaper_letters,
            from_the_start=True,
        )

    def allow_tasks(self, function: FolderFunction, *, kept_warm: bool) -> None:
        """Let a function start, wait for, call and stop tasks of agents; or take warm ones and leave them so."""
        function.add_environment("AGENTS_CLUSTER", self._name)
        function.add_environment("AGENT_REPOSITORY", self.repository.repository_name)
        function.add_environment("AGENT_SUBNETS", ",".join(self.network.subnet_ids))
        function.add_environment("AGENT_SECURITY_GROUP", self.network.agents.security_group_id)
        function.add_environment("AGENT_EXECUTION_ROLE", self.execution_role.role_arn)
        function.add_environment("FORWARD_FUNCTION", self.forward_to_task.function_name)
        function.may(["lambda:InvokeFunction"], [self.forward_to_task.function_arn])
        function.may(
            ["iam:PassRole"],
            [self.execution_role.role_arn],
            conditions={"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
        )
        definitions = self.format_arn(service="ecs", resource="task-definition", resource_name=f"{self._name}-*:*")
        because = "each agent version has a task definition of its own, registered when it first runs"
        function.may(["ecs:RegisterTaskDefinition", "ecs:TagResource"], [definitions], pattern_because=because)
        function.may(["ecs:RunTask"], [definitions], conditions=self._in_cluster(), pattern_because=because)
        self._allow_on_tasks(function)
        self._data.agent_tasks.allow(function, "PutItem", "DeleteItem", *(("Query", "UpdateItem") if kept_warm else ()))

    def _allow_on_tasks(self, function: FolderFunction) -> None:
        tasks = self.format_arn(service="ecs", resource="task", resource_name=f"{self._name}/*")
        function.may(
            ["ecs:DescribeTasks", "ecs:StopTask"], [tasks], pattern_because="ECS names a task when it starts it"
        )

    def _in_cluster(self) -> dict[str, object]:
        return {
            "ArnEquals": {"ecs:cluster": self.format_arn(service="ecs", resource="cluster", resource_name=self._name)}
        }

    def allow_images(self, function: FolderFunction, actions: Sequence[str]) -> None:
        """Let a function use the agents' repository with these ECR actions."""
        function.add_environment("AGENT_REPOSITORY", self.repository.repository_name)
        function.may([f"ecr:{action}" for action in actions], [self.repository.repository_arn])
        function.may(["ecr:GetAuthorizationToken"], ["*"])

    def _execution_role(self) -> iam.Role:
        """What ECS itself may do to start a task: pull from the one repository. What a task prints goes nowhere.

        Roles belong to the account, not to a region, and so the region is in the name.
        """
        role = iam.Role(
            self,
            "AgentExecutionRole",
            role_name=f"{self._name}-execution-{self.region}",
            assumed_by=iam.ServicePrincipal("ecs-tasks.amazonaws.com"),
            description="Pulls agents' images; agents themselves have no role",
        )
        self.repository.grant_pull(role)
        acknowledge(role, {"IAM5[Resource::*]": "ecr:GetAuthorizationToken knows no resources"})
        return role
