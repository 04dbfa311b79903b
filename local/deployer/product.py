"""What is deployed: a CDK app, and the files it is made from. The product's own here; tests bring a smaller one."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from local.child_environment import child_environment
from local.deployer.stored_shape import product_models, shape_of
from local.state import BUILD, REPOSITORY


class SynthesisFailed(Exception):
    """The CDK app could not be synthesized; the message ends with what it printed."""


@dataclass(frozen=True)
class CdkApp:
    """`synthesize` writes the cloud assembly into a folder; `sources` decide whether that has to be done again.

    `shared` is the package that functions find in a layer on AWS. The local target has no layers, so a change of it is
    deployed without synthesizing anything. `stored_shape` names what rows of its tables look like.
    """

    synthesize: Callable[[Path], None]
    sources: tuple[Path, ...]
    shared: Path | None = None
    stored_shape: Callable[[], str] | None = None
    needs_base_image: bool = False


def product() -> CdkApp:
    names = ("infra_cdk", "functions", "cdk.json", "local/deployer")
    return CdkApp(
        synthesize=_synthesize_product,
        sources=tuple(REPOSITORY / name for name in names),
        shared=REPOSITORY / "shared",
        stored_shape=lambda: shape_of(product_models()),
        needs_base_image=True,
    )


def _synthesize_product(folder: Path) -> None:
    program = "import sys; from infra_cdk.app import build; build('local', sys.argv[1])"
    run_cdk([sys.executable, "-c", program, str(folder)], {})


def run_cdk(command: list[str], variables: dict[str, str]) -> None:
    """In a process of its own: the CDK's JavaScript side would otherwise stay in memory."""
    home = BUILD / "home"
    home.mkdir(parents=True, exist_ok=True)
    own = {"JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "1", "PYTHONPATH": str(REPOSITORY)}
    environment = child_environment(home) | own | variables
    done = subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-25:])
        raise SynthesisFailed(f"the CDK app does not synthesize:\n{tail}")
