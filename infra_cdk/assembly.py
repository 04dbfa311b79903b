"""The CDK app itself: which stacks there are and what each is given. `infra_cdk.app` is the door to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from aws_cdk import App, DefaultStackSynthesizer, Stack, Tags, Validations

from infra_cdk.config import Config, Target, config_for
from infra_cdk.constructs.endpoint import Api
from infra_cdk.settings import SettingInvalid, Settings, settings_of
from infra_cdk.stacks.accounts import AccountsStack
from infra_cdk.stacks.api import ApiStack, StageStack
from infra_cdk.stacks.catalogue import CatalogueStack
from infra_cdk.stacks.data import DataStack
from infra_cdk.stacks.factory import FactoryStack
from infra_cdk.stacks.layers import LayersStack
from infra_cdk.stacks.market import MarketStack
from infra_cdk.stacks.observability import ObservabilityStack
from infra_cdk.stacks.platform import PlatformStack
from infra_cdk.stacks.runs import RunsStack
from infra_cdk.stacks.runtime import RuntimeStack
from layers.build import build as build_layers
from layers.build import build_layer
from layers.catalog import AGENT_SDK, LAYERS, ROOT

# Behaviour of CDK that new apps choose, said here rather than in cdk.json so that synthesis in-process agrees with it.
FEATURES = {
    "@aws-cdk/aws-iam:minimizePolicies": True,
    "@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy": True,
    "@aws-cdk/core:checkSecretUsage": True,
    # A stack that others read from cannot drop what they read; layers, which change all the time, go another way.
    "@aws-cdk/core:defaultCrossStackReferences": "strong",
    "@aws-cdk/core:target-partitions": ["aws"],
}

# "built": the real packages, fetched if need be. "empty": one file each, for who only wants to look at templates.
LayerContents = Literal["built", "empty"]


def synthesize_into(
    outdir: str | Path | None, target: Target, layers: LayerContents, checks: bool, settings: Settings
) -> Path:
    app = new_app(outdir)
    add_stacks(app, target, layers, settings)
    if checks:
        add_checks(app)
    return Path(app.synth().directory)


def synthesize_for_cli() -> None:
    """What `cdk synth` and `cdk deploy` run: the target, the layers and the settings come from the context."""
    app = new_app(None)
    target = app.node.try_get_context("target") or "aws"
    layers = app.node.try_get_context("layers") or "built"
    if target not in ("aws", "local") or layers not in ("built", "empty"):
        raise SystemExit("the context takes target=aws|local and layers=built|empty")
    try:
        settings = settings_of(app.node.get_all_context())
    except SettingInvalid as wrong:
        raise SystemExit(str(wrong)) from None
    add_stacks(app, cast(Target, target), cast(LayerContents, layers), settings)
    add_checks(app)
    app.synth()


def new_app(outdir: str | Path | None) -> App:
    return App(
        outdir=str(outdir) if outdir else None,
        analytics_reporting=False,
        stack_traces=False,
        tree_metadata=False,
        context=FEATURES,
        # The CLI checks the bootstrap version before it deploys; a rule in each template would check it twice.
        default_stack_synthesizer=DefaultStackSynthesizer(generate_bootstrap_version_rule=False),
    )


@dataclass(frozen=True, kw_only=True)
class Stacks:
    """The stacks of the domains, and what they were given in common."""

    config: Config
    data: DataStack
    runtime: RuntimeStack
    api: Api
    accounts: AccountsStack
    catalogue: CatalogueStack
    runs: RunsStack
    platform: PlatformStack
    market: MarketStack
    factory: FactoryStack

    @property
    def domains(self) -> dict[str, Stack]:
        """By the names of their folders in `functions/`."""
        return {
            "accounts": self.accounts,
            "catalogue": self.catalogue,
            "runs": self.runs,
            "platform": self.platform,
            "market": self.market,
            "factory": self.factory,
        }


def add_stacks(app: App, target: Target, layers: LayerContents, settings: Settings) -> None:
    stacks = add_domains(app, config_for(target, settings), layers)
    open_api(app, stacks)
    watch(app, stacks)
    if stacks.config.has.layers:
        add_layers(app, stacks.config, layers, before=list(stacks.domains.values()))
    Tags.of(app).add("app", settings.prefix)


def add_domains(app: App, config: Config, layers: LayerContents) -> Stacks:
    """Each stack is given only what comes before it, so that their order is the order of these lines."""
    prefix = config.settings.stack_prefix
    data = DataStack(app, f"{prefix}-Data", config=config)
    runtime = RuntimeStack(app, f"{prefix}-Runtime", config=config)
    api = ApiStack(app, f"{prefix}-Api", config=config).api
    accounts = AccountsStack(app, f"{prefix}-Accounts", config=config, data=data, api=api)
    catalogue = CatalogueStack(app, f"{prefix}-Catalogue", config=config, data=data, api=api)
    runs = RunsStack(app, f"{prefix}-Runs", config=config, data=data, runtime=runtime, api=api)
    platform = PlatformStack(
        app,
        f"{prefix}-Platform",
        config=config,
        data=data,
        runtime=runtime,
        catalogue=catalogue,
        runs=runs,
        api=api,
        sdk=sdk_contents(layers) if config.has.base_image else None,
    )
    record_failure = platform.record_failure
    market = MarketStack(app, f"{prefix}-Market", config=config, data=data, record_failure=record_failure)
    factory = FactoryStack(
        app,
        f"{prefix}-Factory",
        config=config,
        data=data,
        runtime=runtime,
        runs=runs,
        record_failure=record_failure,
        scan=market.state_machine,
    )
    return Stacks(
        config=config,
        data=data,
        runtime=runtime,
        api=api,
        accounts=accounts,
        catalogue=catalogue,
        runs=runs,
        platform=platform,
        market=market,
        factory=factory,
    )


def open_api(app: App, stacks: Stacks) -> None:
    """After the domains, whose endpoints have said by now how tight they are to be held."""
    config = stacks.config
    name = f"{config.settings.stack_prefix}-Stage"
    StageStack(app, name, config=config, api=stacks.api, domains=list(stacks.domains.values()))


def watch(app: App, stacks: Stacks) -> None:
    letters = [stacks.accounts, stacks.runs, stacks.catalogue, stacks.platform, stacks.market, stacks.factory]
    ObservabilityStack(
        app,
        f"{stacks.config.settings.stack_prefix}-Observability",
        config=stacks.config,
        repository=stacks.runtime.repository,
        state_machines=[stacks.market.state_machine, stacks.factory.state_machine],
        dead_letters=[queue for stack in letters for queue in stack.dead_letters],
        api=stacks.api,
    )


def add_checks(app: App) -> None:
    from cdk_nag import AwsSolutionsChecks  # takes a second to load, which a deployment to one machine saves

    Validations.of(app).add_plugins(AwsSolutionsChecks(app))


def add_layers(app: App, config: Config, contents: LayerContents, before: Sequence[Stack]) -> None:
    folders = build_layers("lambda") if contents == "built" else {name: empty_layer(name) for name in LAYERS}
    stack = LayersStack(app, f"{config.settings.stack_prefix}-Layers", config=config, contents=folders)
    for consumer in before:
        consumer.add_stack_dependency(stack)


def sdk_contents(contents: LayerContents) -> Path:
    return build_layer(AGENT_SDK, "lambda") if contents == "built" else empty_layer(AGENT_SDK.name)


def empty_layer(name: str) -> Path:
    folder = ROOT / ".build" / "layers" / "empty" / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "README").write_text(f"layer {name}, without its content\n")
    return folder
