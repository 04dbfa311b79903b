"""The layers: third-party packages by what needs them, and in `common` our own `shared/`."""

from collections.abc import Mapping
from pathlib import Path

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from infra_cdk.config import ARCHITECTURE, Config
from infra_cdk.constructs.function import ARCHITECTURES, RUNTIME
from infra_cdk.constructs.layer_versions import parameter_name


class LayersStack(Stack):
    """`contents` maps a layer's name to the folder that Lambda is to unpack to /opt."""

    def __init__(self, scope: Construct, construct_id: str, *, config: Config, contents: Mapping[str, Path]) -> None:
        super().__init__(scope, construct_id, description="MAM: Lambda layers")
        for name, folder in contents.items():
            layer = lambda_.LayerVersion(
                self,
                name.title(),
                layer_version_name=f"{config.settings.prefix}-{name}",
                code=lambda_.Code.from_asset(str(folder)),
                compatible_runtimes=[RUNTIME],
                compatible_architectures=[ARCHITECTURES[ARCHITECTURE]],
                # Functions of other stacks go on with the version before until they are deployed in turn.
                removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
            )
            ssm.StringParameter(
                self,
                f"{name.title()}Version",
                parameter_name=parameter_name(name, config),
                string_value=layer.layer_version_arn,
            )
