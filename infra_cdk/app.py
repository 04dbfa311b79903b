"""The CDK app. `cdk synth` runs it as a program; the embedded cloud's deployer and the tests call `build`."""

import os
from pathlib import Path

os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")

from aws_cdk import App, DefaultStackSynthesizer  # noqa: E402

from infra_cdk.config import Target, config_for  # noqa: E402
from infra_cdk.stacks.api import ApiStack  # noqa: E402
from infra_cdk.stacks.data import DataStack  # noqa: E402
from infra_cdk.stacks.factory import FactoryStack  # noqa: E402
from infra_cdk.stacks.market import MarketStack  # noqa: E402
from infra_cdk.stacks.runtime import RuntimeStack  # noqa: E402

# Behaviour of CDK that new apps choose, said here rather than in cdk.json so that synthesis in-process agrees with it.
FEATURES = {
    "@aws-cdk/aws-iam:minimizePolicies": True,
    "@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy": True,
    "@aws-cdk/core:checkSecretUsage": True,
    "@aws-cdk/core:target-partitions": ["aws"],
}


def build(target: Target = "aws", outdir: str | Path | None = None) -> Path:
    """Synthesize every stack for a target and return the folder of the cloud assembly."""
    app = App(
        outdir=str(outdir) if outdir else None,
        analytics_reporting=False,
        context=FEATURES,
        # The CLI checks the bootstrap version before it deploys; a rule in each template would check it twice.
        default_stack_synthesizer=DefaultStackSynthesizer(generate_bootstrap_version_rule=False),
    )
    config = config_for(target)
    data = DataStack(app, "Mam-Data", config=config)
    runtime = RuntimeStack(app, "Mam-Runtime", config=config, layers={}, data=data)
    market = MarketStack(app, "Mam-Market", config=config, layers={}, data=data)
    FactoryStack(
        app, "Mam-Factory", config=config, layers={}, data=data, runtime=runtime, record_failure=market.record_failure
    )
    ApiStack(app, "Mam-Api", config=config, layers={}, data=data, runtime=runtime)
    return Path(app.synth().directory)
