"""Where agents run: a network with no way out, a cluster, and the repository of their images. No functions.

The repository is here, not with the factory that pushes to it: the network's endpoint policies and the role that pulls
are limited to it, and the factory needs the cluster in turn.
"""

from collections.abc import Sequence

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra_cdk.config import Config
from infra_cdk.constructs.acknowledge import acknowledge
from infra_cdk.constructs.agent_network import AgentNetwork
from infra_cdk.constructs.function import FolderFunction

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
    """`allow_starting`, `allow_clearing`, `allow_looking` and `allow_images` hand what it can do to functions of other
    stacks.
    """

    def __init__(self, scope: Construct, construct_id: str, *, config: Config) -> None:
        super().__init__(scope, construct_id, description="MAM: where agents run")
        # The name of the cluster and of the repository; `shared.runs.tasks.family` begins with it, too.
        self._name = f"{config.settings.prefix}-agents"
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

    def allow_starting(self, function: FolderFunction) -> None:
        """Let a function start tasks of agents, wait for them and stop them."""
        function.add_environment("AGENTS_CLUSTER", self._name)
        function.add_environment("AGENT_REPOSITORY", self.repository.repository_name)
        function.add_environment("AGENT_SUBNETS", ",".join(self.network.subnet_ids))
        function.add_environment("AGENT_SECURITY_GROUP", self.network.agents.security_group_id)
        function.add_environment("AGENT_EXECUTION_ROLE", self.execution_role.role_arn)
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

    def allow_clearing(self, function: FolderFunction) -> None:
        """Let a function find the cluster's tasks and stop them."""
        function.add_environment("AGENTS_CLUSTER", self._name)
        function.may(["ecs:ListTasks"], ["*"], conditions=self._in_cluster())
        self._allow_on_tasks(function)

    def allow_looking(self, function: FolderFunction) -> None:
        """Let a function see whether the cluster is there."""
        function.add_environment("AGENTS_CLUSTER", self._name)
        cluster = self.format_arn(service="ecs", resource="cluster", resource_name=self._name)
        function.may(["ecs:DescribeClusters"], [cluster])

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
