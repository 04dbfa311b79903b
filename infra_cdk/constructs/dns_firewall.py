"""DNS of the agents' network: only the names that starting a task resolves, so that DNS carries nothing out."""

from aws_cdk import Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_route53resolver as resolver
from constructs import Construct

from infra_cdk.config import PREFIX


class DnsFirewall(Construct):
    """Every query for another name is answered as if the name did not exist."""

    def __init__(self, scope: Construct, construct_id: str, *, vpc: ec2.IVpc) -> None:
        super().__init__(scope, construct_id)
        stack = Stack.of(self)
        domain = f"{stack.region}.{stack.url_suffix}"
        allowed = self._domains(
            "Allowed",
            [
                f"api.ecr.{domain}",
                f"{stack.account}.dkr.ecr.{domain}",
                f"logs.{domain}",
                f"prod-{stack.region}-starport-layer-bucket.s3.{domain}",
            ],
        )
        everything = self._domains("Everything", ["*"])
        group = resolver.CfnFirewallRuleGroup(
            self,
            "Rules",
            name=f"{PREFIX}-agents",
            firewall_rules=[
                resolver.CfnFirewallRuleGroup.FirewallRuleProperty(
                    action="ALLOW", firewall_domain_list_id=allowed.attr_id, priority=100
                ),
                resolver.CfnFirewallRuleGroup.FirewallRuleProperty(
                    action="BLOCK", block_response="NXDOMAIN", firewall_domain_list_id=everything.attr_id, priority=200
                ),
            ],
        )
        resolver.CfnFirewallRuleGroupAssociation(
            self,
            "Association",
            name=f"{PREFIX}-agents",
            firewall_rule_group_id=group.attr_id,
            vpc_id=vpc.vpc_id,
            priority=101,
        )

    def _domains(self, name: str, domains: list[str]) -> resolver.CfnFirewallDomainList:
        return resolver.CfnFirewallDomainList(self, name, name=f"{PREFIX}-agents-{name.lower()}", domains=domains)
