"""The CDK app itself: which stacks there are and what each is given. `infra_cdk.app` is the door to it."""

from pathlib import Path
from typing import Literal, cast

from aws_cdk import App, DefaultStackSynthesizer, Stack, Tags, Validations

from infra_cdk.config import Config, Target, config_for
from infra_cdk.settings import SettingInvalid, Settings, settings_of
from infra_cdk.stacks.api import ApiStack
from infra_cdk.stacks.data import DataStack
from infra_cdk.stacks.factory import FactoryStack
from infra_cdk.stacks.layers import LayersStack
from infra_cdk.stacks.market import MarketStack
from infra_cdk.stacks.observability import ObservabilityStack
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


def add_stacks(app: App, target: Target, layers: LayerContents, settings: Settings) -> None:
    config = config_for(target, settings)
    prefix = settings.stack_prefix
    data = DataStack(app, f"{prefix}-Data", config=config)
    sdk = sdk_contents(layers) if config.has.base_image else None
    runtime = RuntimeStack(app, f"{prefix}-Runtime", config=config, data=data, sdk=sdk)
    market = MarketStack(app, f"{prefix}-Market", config=config, data=data)
    factory = FactoryStack(
        app, f"{prefix}-Factory", config=config, data=data, runtime=runtime, record_failure=market.record_failure
    )
    api = ApiStack(app, f"{prefix}-Api", config=config, data=data, runtime=runtime)
    ObservabilityStack(
        app,
        f"{prefix}-Observability",
        config=config,
        repository=runtime.repository,
        state_machines=[market.state_machine, factory.state_machine],
        dead_letters=[*runtime.dead_letters, *market.dead_letters, *factory.dead_letters, *api.dead_letters],
        api=api.api,
    )
    if config.has.layers:
        add_layers(app, config, layers, before=[runtime, market, factory, api])
    Tags.of(app).add("app", settings.prefix)


def add_checks(app: App) -> None:
    from cdk_nag import AwsSolutionsChecks  # takes a second to load, which a deployment to one machine saves

    Validations.of(app).add_plugins(AwsSolutionsChecks(app))


def add_layers(app: App, config: Config, contents: LayerContents, before: list[Stack]) -> None:
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
