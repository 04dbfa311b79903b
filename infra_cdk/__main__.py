"""`cdk synth` runs this: the assembly goes where the CLI says, for the target of `-c target=local` (default: aws)."""

from infra_cdk.app import silence_node_warning

silence_node_warning()

from infra_cdk.assembly import synthesize_for_cli  # noqa: E402

synthesize_for_cli()
