"""Every default that costs money, limits something, or differs by target. Plain values: no CDK is imported here.

A target is where the synthesized templates go: `aws` (the default) or `local`, the embedded cloud. The second switches
off exactly what that emulator cannot hold; nothing but `config_for` asks for the target.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from infra_cdk.settings import Settings

Target = Literal["aws", "local"]

# The newest Python that every locked wheel and our own code are built and run for; `layers/build.py` reads both.
PYTHON_VERSION = "3.13"
# Graviton: about a fifth cheaper per millisecond, and every locked package has a wheel for it.
ARCHITECTURE: Literal["arm64", "x86_64"] = "arm64"

# From this much memory on, Lambda gives a function one whole vCPU; below it, a share. For functions that load a big
# package on every cold start (the model's client) or compute in earnest (hashing a password).
ONE_VCPU_MB = 1_769

# The public image below every agent's, and the Python in it, for which the agents' SDK is packed.
AGENT_PYTHON_VERSION = "3.12"
AGENT_BASE_TAG = f"{AGENT_PYTHON_VERSION}-slim"

API_ROOT = "/api/v1"
VPC_CIDR = "10.40.0.0/16"

# Errors that another try may cure: the handlers raise the first six by class name, the rest are Lambda's own.
RETRYABLE_ERRORS = (
    "ModelOverloaded",
    "ModelUnavailable",
    "SourceThrottled",
    "SourceUnavailable",
    "TaskNotReady",
    "RegistryUnavailable",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
    "Sandbox.Timedout",
)


@dataclass(frozen=True, kw_only=True)
class Retries:
    """How a stage is tried again: the first wait, its growth, the longest wait, and how often."""

    interval: timedelta
    backoff: float
    longest: timedelta
    attempts: int


@dataclass(frozen=True, kw_only=True)
class Throttle:
    """Requests a second in the long run, and at once."""

    rate: int
    burst: int


@dataclass(frozen=True, kw_only=True)
class Models:
    """Claude models by what they are used for, and what a day of them may cost."""

    fast: str = "claude-haiku-5-5"
    strong: str = "claude-sonnet-5-5"
    daily_spend_cents: int = 1_000
    daily_demo_spend_cents: int = 300


@dataclass(frozen=True, kw_only=True)
class Emulated:
    """What the embedded cloud lacks or only pretends to have. All on for AWS, all off for `local`."""

    layers: bool
    search_domain: bool
    dns_firewall: bool
    flow_logs: bool
    restricted_default_security_group: bool
    security_group_rules: bool
    base_image: bool


@dataclass(frozen=True, kw_only=True)
class Config:
    """One deployment: everything a stack is told beside the constructs of other stacks."""

    target: Target
    has: Emulated
    retries: Retries
    settings: Settings = field(default_factory=Settings)
    # Whether schedules that spend money on the model wait for an operator to switch them on.
    schedules_wait: bool
    # Where tasks have their addresses; the forwarder calls no other.
    task_network: str
    models: Models = field(default_factory=Models)
    sources: tuple[str, ...] = ("reddit:entrepreneur",)

    scan_every: timedelta = timedelta(hours=4)
    build_every: timedelta = timedelta(hours=1)
    reap_every: timedelta = timedelta(minutes=1)
    renew_base_every: timedelta = timedelta(days=7)
    extract_concurrency: int = 4
    scan_timeout: timedelta = timedelta(hours=1)
    build_timeout: timedelta = timedelta(hours=2)

    api_throttle: Throttle = Throttle(rate=50, burst=100)
    # A password takes a quarter of a second of a vCPU; whoever wants more at once waits.
    sign_in_throttle: Throttle = Throttle(rate=10, burst=20)
    demo_throttle: Throttle = Throttle(rate=5, burst=10)
    # A worker may take 330 s; SQS asks for six times that before it hands the message to another.
    run_worker_timeout: timedelta = timedelta(seconds=330)
    run_visibility: timedelta = timedelta(seconds=1_980)
    run_workers: int = 5
    run_attempts: int = 3

    # The smallest that holds a catalogue of thousands; it costs by the hour, more than all else that idles.
    search_instance: str = "t3.small.search"
    search_nodes: int = 1
    search_gib: int = 10

    # Agents' images that nobody published, one per round of every build: above this the oldest go. More than can be
    # under test at once.
    keep_candidates: int = 1_000
    vpc_cidr: str = VPC_CIDR
    # In how many of `settings.zones` the network's two interface endpoints stand. Each zone costs both of them by the
    # hour, whether agents run or not; tasks of the other zones reach them all the same.
    endpoint_zones: int = 1

    log_days: int = 30
    keep_scans: timedelta = timedelta(days=90)
    keep_demos: timedelta = timedelta(days=7)
    keep_old_versions: timedelta = timedelta(days=30)
    keep_access_logs: timedelta = timedelta(days=90)
    keep_dead_letters: timedelta = timedelta(days=14)


def config_for(target: Target, settings: Settings | None = None) -> Config:
    """The deployment of a target."""
    on_aws = target == "aws"
    return Config(
        target=target,
        settings=settings or Settings(),
        schedules_wait=on_aws,
        has=Emulated(
            layers=on_aws,
            search_domain=on_aws,
            dns_firewall=on_aws,
            flow_logs=on_aws,
            restricted_default_security_group=on_aws,
            security_group_rules=on_aws,
            base_image=on_aws,
        ),
        # On one machine tasks have loopback addresses, of a range that has nothing else behind it.
        task_network=VPC_CIDR if on_aws else "127.64.0.0/10",
        # A provider's rate limit takes seconds to pass; a stand-in's does not, and nobody waits for it with pleasure.
        retries=Retries(
            interval=timedelta(seconds=5 if on_aws else 1),
            backoff=2.0,
            longest=timedelta(seconds=120 if on_aws else 4),
            attempts=5,
        ),
    )
