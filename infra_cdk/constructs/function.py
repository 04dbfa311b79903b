"""A Lambda from its folder: every name derives from `functions/<group>/<verb_noun>`, so code and stack cannot drift."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra_cdk.config import ARCHITECTURE, PYTHON_VERSION, Config
from infra_cdk.constructs.acknowledge import acknowledge, acknowledge_wildcards
from infra_cdk.constructs.durations import duration, retention
from infra_cdk.constructs.layer_versions import layer_versions
from infra_cdk.constructs.staging import stage_function

RUNTIME = lambda_.Runtime(f"python{PYTHON_VERSION}", lambda_.RuntimeFamily.PYTHON)
ARCHITECTURES = {"arm64": lambda_.Architecture.ARM_64, "x86_64": lambda_.Architecture.X86_64}

PLACE_IN_VPC = [
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:DeleteNetworkInterface",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
]
NO_RESOURCES = (
    "only actions that know no resources, where a function has them: ecr:GetAuthorizationToken, ecs:ListTasks "
    "(held to the cluster by a condition) and the network interfaces of a function in the VPC"
)


class FolderFunction(lambda_.Function):
    """The Lambda of one folder, with its own role, log group and, where it is called asynchronously, dead letters.

    `folder` is "<group>/<verb_noun>". The role starts with no more than writing to its own log group;
    everything else is allowed by the resources it is handed to (`table.allow(function, …)`), next to the wiring.
    """

    def __init__(
        self,
        scope: Construct,
        folder: str,
        *,
        config: Config,
        uses: Sequence[str] = (),
        memory: int = 512,
        timeout: timedelta = timedelta(seconds=30),
        settings: Mapping[str, str] | None = None,
        dead_letters: sqs.IQueue | None = None,
        vpc: ec2.IVpc | None = None,
        security_group: ec2.ISecurityGroup | None = None,
    ) -> None:
        group, verb_noun = folder.split("/")
        name = f"{config.settings.prefix}-{verb_noun.replace('_', '-')}"
        construct_id = verb_noun.title().replace("_", "")
        log_group = logs.LogGroup(
            scope,
            f"{construct_id}Logs",
            log_group_name=f"/aws/lambda/{name}",
            retention=retention(config.log_days),
            removal_policy=RemovalPolicy.DESTROY,
        )
        role = iam.Role(
            scope,
            f"{construct_id}Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            description=f"What {name} may do",
        )
        if vpc is not None:
            # Lambda asks in the role's name, when it places the function in its subnets.
            role.add_to_policy(iam.PolicyStatement(actions=PLACE_IN_VPC, resources=["*"]))
        super().__init__(
            scope,
            construct_id,
            function_name=name,
            description=f"functions/{folder}",
            runtime=RUNTIME,
            architecture=ARCHITECTURES[ARCHITECTURE],
            handler=f"functions.{group}.{verb_noun}.handler.handler",
            code=lambda_.Code.from_asset(str(stage_function(folder))),
            layers=layer_versions(Stack.of(scope), ("common", *uses), config),
            memory_size=memory,
            timeout=duration(timeout),
            environment={
                "POWERTOOLS_SERVICE_NAME": verb_noun,
                "POWERTOOLS_METRICS_NAMESPACE": config.settings.metrics_namespace,
                **(settings or {}),
            },
            role=role,
            log_group=log_group,
            dead_letter_queue=dead_letters,
            vpc=vpc,
            vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED) if vpc else None,
            security_groups=[security_group] if security_group else None,
        )
        self.folder = folder
        self._own_role = role
        log_group.grant_write(role)
        acknowledge(role, {"IAM5[Resource::*]": NO_RESOURCES})
        acknowledge(
            self,
            {"L1": f"Python {PYTHON_VERSION}, one constant: the newest that all our code and locked wheels are run on"},
        )

    def may(
        self,
        actions: Sequence[str],
        resources: Sequence[str],
        *,
        conditions: Mapping[str, object] | None = None,
        pattern_because: str | None = None,
    ) -> None:
        """Allow exactly these actions on exactly these ARNs; if one is a pattern, the reason says why it has to be."""
        self.add_to_role_policy(
            iam.PolicyStatement(
                actions=list(actions), resources=list(resources), conditions=dict(conditions) if conditions else None
            )
        )
        if pattern_because is not None:
            acknowledge_wildcards(self._own_role, list(resources), pattern_because)
