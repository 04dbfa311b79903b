"""A DynamoDB table as all of ours are: on demand, encrypted, recoverable to any second, kept when its stack goes."""

from dataclasses import dataclass

from aws_cdk import RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from infra_cdk.config import Config
from infra_cdk.constructs.function import FolderFunction

STRING = dynamodb.AttributeType.STRING
NUMBER = dynamodb.AttributeType.NUMBER


@dataclass(frozen=True, kw_only=True)
class Key:
    """A key of a table or index: the partition's attribute and, if any, the sort attribute with its type."""

    partition: str
    sort: str | None = None
    sort_type: dynamodb.AttributeType = STRING

    @property
    def partition_attribute(self) -> dynamodb.Attribute:
        return dynamodb.Attribute(name=self.partition, type=STRING)

    @property
    def sort_attribute(self) -> dynamodb.Attribute | None:
        return dynamodb.Attribute(name=self.sort, type=self.sort_type) if self.sort else None


class Table(dynamodb.TableV2):
    """`name` is the domain's name of the table; the setting that carries it to functions is `<NAME>_TABLE`."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        config: Config,
        key: Key,
        indexes: dict[str, Key] | None = None,
        expires: bool = False,
        stream: bool = False,
        setting: str | None = None,
    ) -> None:
        super().__init__(
            scope,
            name.title().replace("_", ""),
            table_name=f"{config.settings.prefix}-{name.replace('_', '-')}",
            partition_key=key.partition_attribute,
            sort_key=key.sort_attribute,
            billing=dynamodb.Billing.on_demand(),
            encryption=dynamodb.TableEncryptionV2.aws_managed_key(),
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
            deletion_protection=True,
            time_to_live_attribute="expires_at" if expires else None,
            dynamo_stream=dynamodb.StreamViewType.NEW_AND_OLD_IMAGES if stream else None,
            global_secondary_indexes=[
                dynamodb.GlobalSecondaryIndexPropsV2(
                    index_name=index, partition_key=of.partition_attribute, sort_key=of.sort_attribute
                )
                for index, of in (indexes or {}).items()
            ],
        )
        self.setting = setting or f"{name.upper()}_TABLE"

    def allow(self, function: FolderFunction, *actions: str, index: str | None = None) -> None:
        """Let a function call these DynamoDB actions, on the table or on one of its indexes, and tell it the name."""
        resource = f"{self.table_arn}/index/{index}" if index else self.table_arn
        function.may([f"dynamodb:{action}" for action in actions], [resource])
        function.add_environment(self.setting, self.table_name)
