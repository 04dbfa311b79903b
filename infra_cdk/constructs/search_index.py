"""The OpenSearch domain of the catalogue: small, encrypted, open only to signed requests of roles that name a path."""

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_opensearchservice as opensearch
from constructs import Construct

from infra_cdk.config import Config
from infra_cdk.constructs.acknowledge import acknowledge
from infra_cdk.constructs.durations import retention
from infra_cdk.constructs.function import FolderFunction

ENGINE = "OpenSearch_2.19"
SLOW_LOGS = ("SEARCH_SLOW_LOGS", "INDEX_SLOW_LOGS", "ES_APPLICATION_LOGS")


class SearchIndex(Construct):
    """Without a domain `allow` grants nothing and tells no address: search is switched off, or is the host's affair."""

    def __init__(self, scope: Construct, construct_id: str, *, config: Config) -> None:
        super().__init__(scope, construct_id)
        self._name = f"{config.settings.prefix}-agents"
        wanted = config.settings.search and config.has.search_domain
        self._domain = self._make_domain(config) if wanted else None

    def allow(self, function: FolderFunction, *requests: tuple[str, str]) -> None:
        """Let a function make these requests, each a method and a path ("Post", "agents/_search"); tell it where."""
        if self._domain is None:
            return
        function.add_environment("SEARCH_URL", f"https://{self._domain.attr_domain_endpoint}")
        for method, path in requests:
            function.may(
                [f"es:ESHttp{method}"],
                [f"{self._domain.attr_arn}/{path}"],
                pattern_because="an index ends in the version of its mapping, a document in its agent's slug",
            )

    def _make_domain(self, config: Config) -> opensearch.CfnDomain:
        log_group = self._log_group(config)
        domain = opensearch.CfnDomain(
            self,
            "Domain",
            domain_name=self._name,
            engine_version=ENGINE,
            cluster_config=opensearch.CfnDomain.ClusterConfigProperty(
                instance_type=config.search_instance, instance_count=config.search_nodes
            ),
            ebs_options=opensearch.CfnDomain.EBSOptionsProperty(
                ebs_enabled=True, volume_type="gp3", volume_size=config.search_gib
            ),
            encryption_at_rest_options=opensearch.CfnDomain.EncryptionAtRestOptionsProperty(enabled=True),
            node_to_node_encryption_options=opensearch.CfnDomain.NodeToNodeEncryptionOptionsProperty(enabled=True),
            domain_endpoint_options=opensearch.CfnDomain.DomainEndpointOptionsProperty(
                enforce_https=True, tls_security_policy="Policy-Min-TLS-1-2-PFS-2023-10"
            ),
            # The account as principal hands the decision to the roles' own policies, which name method and path.
            access_policies=iam.PolicyDocument(
                statements=[
                    iam.PolicyStatement(
                        principals=[iam.AccountRootPrincipal()],
                        actions=["es:ESHttp*"],
                        resources=[
                            Stack.of(self).format_arn(service="es", resource="domain", resource_name=f"{self._name}/*")
                        ],
                    )
                ]
            ),
            log_publishing_options={
                kind: opensearch.CfnDomain.LogPublishingOptionProperty(
                    cloud_watch_logs_log_group_arn=log_group.log_group_arn, enabled=True
                )
                for kind in SLOW_LOGS
            },
        )
        # The index can be filled again from the table, but that takes a while in which search is down.
        domain.apply_removal_policy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)
        domain.node.add_dependency(self._may_write_logs)
        acknowledge(
            domain,
            {
                "OS1": "the functions that search stay out of the VPC, which has no way out; requests are signed",
                "OS3": "Lambda has no fixed addresses; every request must be signed by a role that names its path",
                "OS4": "one small data node by default (config.search_nodes): its own masters would triple its price",
                "OS7": "one node by default (config.search_nodes): lists fall back to DynamoDB while it is away",
            },
        )
        return domain

    def _log_group(self, config: Config) -> logs.LogGroup:
        log_group = logs.LogGroup(
            self,
            "Logs",
            log_group_name=f"/aws/vendedlogs/opensearch/{self._name}",
            retention=retention(config.log_days),
            removal_policy=RemovalPolicy.DESTROY,
        )
        self._may_write_logs = logs.ResourcePolicy(
            self,
            "MayWriteLogs",
            resource_policy_name=f"{self._name}-search-logs",
            policy_statements=[
                iam.PolicyStatement(
                    principals=[iam.ServicePrincipal("es.amazonaws.com")],
                    actions=["logs:CreateLogStream", "logs:PutLogEvents"],
                    resources=[log_group.log_group_arn],
                )
            ],
        )
        return log_group
