"""Brings the embedded cloud to what the sources say, and does nothing when it is there already."""

import contextlib
import fcntl
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from local import aws
from local.access import loopback
from local.deployer.assembly import Stack, read_assembly
from local.deployer.moves import refuse_moves
from local.deployer.product import CdkApp
from local.deployer.secrets import RealKeys, deploy_secrets
from local.deployer.shared_layer import deploy_shared
from local.deployer.sources import digest_of
from local.deployer.stacks import DEPLOYED, Stacks, held_resources, stack_statuses
from local.deployer.stored_shape import keep_shape, refuse_other_shape
from local.ports import Ports, url
from local.state import BUILD, StateDir

# Kept in the cloud itself: after a crash it is as old as the stacks that survived.
DIGEST_PARAMETER = "/mam/local/deployed"

KEPT_ASSEMBLIES = 5

Say = Callable[[str], None]


class DeploymentRunning(Exception):
    """Another deployment works on the same state: two at once would both "succeed"."""


def deploy(app: CdkApp, ports: Ports, state: StateDir, keys: RealKeys, say: Say) -> bool:
    """True if anything had to be deployed."""
    with _only_deployment(state.run / "deploy.lock"):
        changed = _deploy_stacks(app, ports, state, say)
        deploy_secrets(keys, ports.credentials, aws.client("secretsmanager", ports))
        if app.needs_base_image:
            _ensure_base_image(ports, say)
        return changed


def _deploy_stacks(app: CdkApp, ports: Ports, state: StateDir, say: Say) -> bool:
    ssm = aws.client("ssm", ports)
    digest, deployed = digest_of(app.sources), _deployed_digest(ssm)
    shape = app.stored_shape() if app.stored_shape is not None else None
    if deployed is not None and shape is not None:
        refuse_other_shape(ssm, shape, state.root)
    if deployed == digest:
        return _deploy_shared(app, state)
    if deployed is None:
        _clear_half_a_deployment(ports, say)
    stacks = read_assembly(_assembly(app, digest, say))
    refuse_moves(stacks, held_resources(aws.client("cloudformation", ports)), state.root)
    _deploy_shared(app, state)
    _apply(stacks, ports, say)
    if shape is not None:
        keep_shape(ssm, shape)
    ssm.put_parameter(Name=DIGEST_PARAMETER, Value=digest, Type="String", Overwrite=True)
    return True


def _deploy_shared(app: CdkApp, state: StateDir) -> bool:
    return app.shared is not None and deploy_shared(app.shared, state)


def _clear_half_a_deployment(ports: Ports, say: Say) -> None:
    """A first deployment that failed or was cut off leaves tables in the way of the next; nothing is in them."""
    if any(status not in DEPLOYED for status in stack_statuses(aws.client("cloudformation", ports)).values()):
        say("Clearing what an unfinished first deployment left")
        loopback.command(ports, ports.aws, "POST", "/_ministack/reset").raise_for_status()


def _assembly(app: CdkApp, digest: str, say: Say) -> Path:
    """The cloud assembly of these sources; kept beside the repository's other build products, for every state."""
    folder = BUILD / "assemblies" / digest[:32]
    if not folder.exists():
        say("Synthesizing the CDK app")
        fresh = Path(tempfile.mkdtemp(prefix="new-", dir=_made(folder.parent)))
        app.synthesize(fresh)
        with contextlib.suppress(OSError):  # somebody else was faster
            fresh.rename(folder)
        _forget_old(folder.parent)
    return folder


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _forget_old(assemblies: Path) -> None:
    kept = sorted(assemblies.iterdir(), key=lambda each: each.stat().st_mtime, reverse=True)
    for old in kept[KEPT_ASSEMBLIES:]:
        shutil.rmtree(old, ignore_errors=True)


def _apply(ordered: list[Stack], ports: Ports, say: Say) -> None:
    stacks = Stacks(
        cloudformation=aws.client("cloudformation", ports),
        s3=aws.client("s3", ports),
        ssm=aws.client("ssm", ports),
        dynamodb=aws.client("dynamodb", ports),
        lambda_=aws.client("lambda", ports),
    )
    stacks.bootstrap(ordered)
    for stack in ordered:
        say(f"Deploying {stack.name}")
        say(f"{stack.name} {stacks.deploy(stack)}")


def _deployed_digest(ssm: object) -> str | None:
    try:
        return str(ssm.get_parameter(Name=DIGEST_PARAMETER)["Parameter"]["Value"])  # type: ignore[attr-defined]
    except ssm.exceptions.ParameterNotFound:  # type: ignore[attr-defined]
        return None


def _ensure_base_image(ports: Ports, say: Say) -> None:
    from local.fargate.base_image import ensure_base_image  # reads and packs the interpreter: only when deploying
    from shared.adapters.image_registry import ImageRegistry

    registry = ImageRegistry(repository="mam-agents", registry_url=url(ports.aws), ecr=aws.client("ecr", ports))
    say("Preparing the agents' base image")
    ensure_base_image(registry, _made(BUILD / "base-image"))


@contextmanager
def _only_deployment(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DeploymentRunning(
                f"another deployment is at work on {path.parent.parent}; wait for it to end"
            ) from error
        yield
