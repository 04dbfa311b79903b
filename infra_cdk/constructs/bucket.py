"""The bucket of large bodies: posts, problems, specs, code, reports."""

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra_cdk.config import Config
from infra_cdk.constructs.acknowledge import acknowledge, acknowledge_wildcards
from infra_cdk.constructs.durations import duration
from infra_cdk.constructs.function import FolderFunction


class ArtifactsBucket(s3.Bucket):
    """Versioned, encrypted, closed to the public; what scans and demos leave behind expires."""

    def __init__(self, scope: Construct, construct_id: str, *, config: Config) -> None:
        access_logs = s3.Bucket(
            scope,
            f"{construct_id}AccessLogs",
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
            lifecycle_rules=[s3.LifecycleRule(expiration=duration(config.keep_access_logs))],
        )
        acknowledge(access_logs, {"S1": "this is where access is logged to; logging its own access would never end"})
        super().__init__(
            scope,
            construct_id,
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            versioned=True,
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
            server_access_logs_bucket=access_logs,
            server_access_logs_prefix="artifacts/",
            lifecycle_rules=[
                s3.LifecycleRule(id="scans", prefix="scans/", expiration=duration(config.keep_scans)),
                s3.LifecycleRule(id="demos", prefix="demos/", expiration=duration(config.keep_demos)),
                s3.LifecycleRule(
                    id="old-versions",
                    noncurrent_version_expiration=duration(config.keep_old_versions),
                    abort_incomplete_multipart_upload_after=duration(config.keep_demos),
                ),
            ],
        )

        # Exported under a name of our own: findings about a policy that imports it can then be told in advance.
        self._arn = Stack.of(self).export_value(self.bucket_arn, name=f"{Stack.of(self).stack_name}:{construct_id}Arn")

    def allow_items(self, role: iam.Role) -> None:
        """Let a state machine read the lists that its stages leave for it."""
        lists = f"{self._arn}/scans/*"
        role.add_to_policy(iam.PolicyStatement(actions=["s3:GetObject"], resources=[lists]))
        acknowledge_wildcards(role, [lists], "keys hold ids that are made when a workflow runs")

    def allow(
        self,
        function: FolderFunction,
        *,
        read: tuple[str, ...] = (),
        write: tuple[str, ...] = (),
        may_miss: bool = False,
    ) -> None:
        """Let a function read and write objects whose keys match these patterns ("scans/*"), and tell it the name.

        `may_miss` is for a function that looks for what may not be there: S3 answers 404 only to those who may list the
        bucket, and 403 to everybody else.
        """
        for action, patterns in (("s3:GetObject", read), ("s3:PutObject", write)):
            if patterns:
                function.may(
                    [action],
                    [f"{self._arn}/{pattern}" for pattern in patterns],
                    pattern_because="keys hold ids that are made when a workflow or a demo runs",
                )
        if may_miss:
            function.may(["s3:ListBucket"], [self._arn])
        function.add_environment("ARTIFACTS_BUCKET", self.bucket_name)
