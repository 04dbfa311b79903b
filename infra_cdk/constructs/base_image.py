"""The agents' base image, made while deploying: a public Python image with the agents' SDK, in our own repository."""

from datetime import timedelta
from pathlib import Path

from aws_cdk import CustomResource
from aws_cdk import aws_s3_assets as assets
from constructs import Construct

from infra_cdk.config import AGENT_BASE_TAG, ARCHITECTURE
from infra_cdk.constructs.durations import duration
from infra_cdk.constructs.function import FolderFunction

OCI_ARCHITECTURE = {"arm64": "arm64", "x86_64": "amd64"}[ARCHITECTURE]


class BaseImage(Construct):
    """Runs its function again whenever the SDK changes: the asset's key names its content.

    `properties` are what the function is called with, now and whenever the image is renewed.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, function: FolderFunction, sdk: Path, wait: timedelta
    ) -> None:
        super().__init__(scope, construct_id)
        asset = assets.Asset(self, "Sdk", path=str(sdk))
        function.may(["s3:GetObject"], [f"{asset.bucket.bucket_arn}/{asset.s3_object_key}"])
        self.properties = {
            "SourceTag": AGENT_BASE_TAG,
            "Architecture": OCI_ARCHITECTURE,
            "SdkBucket": asset.s3_bucket_name,
            "SdkKey": asset.s3_object_key,
        }
        CustomResource(
            self,
            "Resource",
            resource_type="Custom::AgentBaseImage",
            service_token=function.function_arn,
            service_timeout=duration(wait),
            properties=self.properties,
        ).node.add_dependency(function)
