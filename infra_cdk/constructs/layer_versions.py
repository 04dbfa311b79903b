"""How the functions of one stack reach the layers of another.

A layer's ARN changes with its content, and CloudFormation refuses to change an exported value that is in use. So it
goes through Parameter Store, which every deployment of a consuming stack reads anew.
"""

from collections.abc import Sequence

from aws_cdk import Stack
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_ssm as ssm

from infra_cdk.config import Config


def parameter_name(layer: str, config: Config) -> str:
    return f"/{config.settings.prefix}/layers/{layer}"


def layer_versions(stack: Stack, names: Sequence[str], config: Config) -> list[lambda_.ILayerVersion] | None:
    """The current versions of these layers, as this stack sees them; None where the target hosts functions whole."""
    return [_layer_version(stack, name, config) for name in names] if config.has.layers else None


def _layer_version(stack: Stack, name: str, config: Config) -> lambda_.ILayerVersion:
    construct_id = f"{name.title()}Layer"
    known = stack.node.try_find_child(construct_id)
    if known is not None:
        return known  # pyright: ignore[reportReturnType]  # only the next line makes children of this name
    arn = ssm.StringParameter.value_for_string_parameter(stack, parameter_name(name, config))
    return lambda_.LayerVersion.from_layer_version_arn(stack, construct_id, arn)
