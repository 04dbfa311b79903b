"""The network of agents: isolated subnets, the few endpoints that starting a task takes, and nothing else."""

from aws_cdk import Aws, RemovalPolicy, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra_cdk.config import Config
from infra_cdk.constructs.acknowledge import acknowledge
from infra_cdk.constructs.dns_firewall import DnsFirewall
from infra_cdk.constructs.durations import retention

AGENT_PORT = 8080
HTTPS = ec2.Port.tcp(443)


class AgentNetwork(Construct):
    """`agents` is the security group of tasks, `forwarder` that of the only function that may reach them."""

    def __init__(self, scope: Construct, construct_id: str, *, config: Config, repository: ecr.IRepository) -> None:
        super().__init__(scope, construct_id)
        self._config = config
        self.vpc = ec2.Vpc(
            self,
            "Vpc",
            ip_addresses=ec2.IpAddresses.cidr(config.vpc_cidr),
            # Named, not looked up: zones that come and go in an account would move subnets that are in use.
            availability_zones=[f"{Aws.REGION}{letter}" for letter in config.settings.zones],
            nat_gateways=0,
            restrict_default_security_group=config.has.restricted_default_security_group,
            subnet_configuration=[
                ec2.SubnetConfiguration(name="agents", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, cidr_mask=20)
            ],
        )
        self.agents = self._security_group("Agents", "Tasks of agents")
        self.forwarder = self._security_group("Forwarder", "The function that calls tasks")
        self.endpoints = self._security_group("Endpoints", "VPC endpoints that starting a task needs")
        if config.has.security_group_rules:
            self._add_rules()
        self._add_endpoints(repository)
        if config.has.dns_firewall:
            DnsFirewall(self, "Dns", config=config, vpc=self.vpc)
        if config.has.flow_logs:
            self._add_flow_log()
        else:
            acknowledge(
                self.vpc, {"VPC7": "the embedded cloud has no network to log: tasks run in sandboxes without any"}
            )

    @property
    def subnet_ids(self) -> list[str]:
        return [subnet.subnet_id for subnet in self.vpc.isolated_subnets]

    def _security_group(self, name: str, description: str) -> ec2.SecurityGroup:
        return ec2.SecurityGroup(self, name, vpc=self.vpc, description=description, allow_all_outbound=False)

    def _add_rules(self) -> None:
        port = ec2.Port.tcp(AGENT_PORT)
        self.agents.add_ingress_rule(self.forwarder, port, "runs and health checks, from the forwarder only")
        self.forwarder.add_egress_rule(self.agents, port, "runs and health checks")
        self.endpoints.add_ingress_rule(self.agents, HTTPS, "image pull")
        self.agents.add_egress_rule(self.endpoints, HTTPS, "image pull")
        # No route leads anywhere but to the gateway endpoint below, whose policy admits ECR's layers alone.
        self.agents.add_egress_rule(ec2.Peer.any_ipv4(), HTTPS, "image layers, from S3 through its gateway endpoint")

    def _add_flow_log(self) -> None:
        """Only what was refused: an agent that tries to leave."""
        log_group = logs.LogGroup(
            self,
            "FlowLogs",
            log_group_name=f"/{self._config.settings.prefix}/agents-network",
            retention=retention(self._config.log_days),
            removal_policy=RemovalPolicy.DESTROY,
        )
        self.vpc.add_flow_log(
            "Refused",
            destination=ec2.FlowLogDestination.to_cloud_watch_logs(log_group),
            traffic_type=ec2.FlowLogTrafficType.REJECT,
        )

    def _add_endpoints(self, repository: ecr.IRepository) -> None:
        """ECR's endpoints serve the agents' repository only, S3 nothing but image layers."""
        region = Stack.of(self).region
        pull = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchCheckLayerAvailability"]
        for name, service in (
            ("EcrApi", ec2.InterfaceVpcEndpointAwsService.ECR),
            ("EcrDocker", ec2.InterfaceVpcEndpointAwsService.ECR_DOCKER),
        ):
            endpoint = self._interface(name, service)
            endpoint.add_to_policy(anyone(["ecr:GetAuthorizationToken"], "*"))
            endpoint.add_to_policy(anyone(pull, repository.repository_arn))
        s3 = self.vpc.add_gateway_endpoint("S3", service=ec2.GatewayVpcEndpointAwsService.S3)
        s3.add_to_policy(anyone(["s3:GetObject"], f"arn:aws:s3:::prod-{region}-starport-layer-bucket/*"))

    def _interface(self, name: str, service: ec2.IInterfaceVpcEndpointService) -> ec2.InterfaceVpcEndpoint:
        return self.vpc.add_interface_endpoint(
            name,
            service=service,
            open=False,
            private_dns_enabled=True,
            security_groups=[self.endpoints],
            subnets=ec2.SubnetSelection(subnets=self.vpc.isolated_subnets[: self._config.endpoint_zones]),
        )


def anyone(actions: list[str], resource: str) -> iam.PolicyStatement:
    """A statement of an endpoint's policy: whoever is allowed these actions by their own role may take this way."""
    return iam.PolicyStatement(principals=[iam.AnyPrincipal()], actions=actions, resources=[resource])
