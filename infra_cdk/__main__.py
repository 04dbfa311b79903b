"""`cdk synth` runs this: the assembly goes where the CLI says, for the target of `-c target=local` (default: aws)."""

from infra_cdk.app import synthesize

synthesize()
