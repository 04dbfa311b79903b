"""DNS of the agents' network: only the names that starting a task resolves, so that DNS carries nothing out."""

from aws_cdk import Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_route53resolver as resolver
from constructs import Construct

from infra_cdk.config import Config


class DnsFirewall(Construct):
    """Every query for another name is answered as if the name did not exist."""

    def __init__(self, scope: Construct, construct_id: str, *, config: Config, vpc: ec2.IVpc) -> None:
        super().__init__(scope, construct_id)
        self._name = f"{config.settings.prefix}-agents"
        stack = Stack.of(self)
        domain = f"{stack.region}.{stack.url_suffix}"
        allowed = self._domains(
            "Allowed",
            [
                f"api.ecr.{domain}",
                f"{stack.account}.dkr.ecr.{domain}",
                f"prod-{stack.region}-starport-layer-bucket.s3.{domain}",
            ],
        )
        everything = self._domains("Everything", ["*"])
        group = resolver.CfnFirewallRuleGroup(
            self,
            "Rules",
            name=self._name,
            firewall_rules=[
                resolver.CfnFirewallRuleGroup.FirewallRuleProperty(
                    action="ALLOW",
                    firewall_domain_list_id=allowed.attr_id,
                    # S3 answers for a bucket with an alias of one of its own names, which stands in no list.
                    firewall_domain_redirection_action="TRUST_REDIRECTION_DOMAIN",
                    priority=100,
                ),
                resolver.CfnFirewallRuleGroup.FirewallRuleProperty(
                    action="BLOCK", block_response="NXDOMAIN", firewall_domain_list_id=everything.attr_id, priority=200
                ),
            ],
        )
        resolver.CfnFirewallRuleGroupAssociation(
            self,
            "Association",
            name=self._name,
            firewall_rule_group_id=group.attr_id,
            vpc_id=vpc.vpc_id,
            priority=101,
        )

    def _domains(self, name: str, domains: list[str]) -> resolver.CfnFirewallDomainList:
        return resolver.CfnFirewallDomainList(self, name, name=f"{self._name}-{name.lower()}", domains=domains)
