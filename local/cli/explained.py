"""What can be expected to go wrong in any command, and what a person is told then."""

import httpx2
import typer
from botocore.exceptions import ConnectionError as BotoConnectionError
from botocore.exceptions import EndpointConnectionError
from rich.markup import escape

from local.cli.console import console, fail
from local.deployer.assembly import AssemblyInvalid
from local.deployer.deploy import DeploymentRunning
from local.deployer.product import SynthesisFailed
from local.deployer.secrets import LiveKeyRefused
from local.deployer.stacks import StackFailed
from local.ports import PortsUnavailable
from local.state import UNWRITABLE, StateUnusable, state_dir_from_environment
from local.supervisor import CannotStart
from local.workflows import CannotRedrive, NotDeployed

_EXPECTED = (
    CannotStart,
    PortsUnavailable,
    StackFailed,
    SynthesisFailed,
    AssemblyInvalid,
    DeploymentRunning,
    NotDeployed,
    CannotRedrive,
    StateUnusable,
    LiveKeyRefused,
    TimeoutError,
)
_UNREACHABLE = (BotoConnectionError, EndpointConnectionError, httpx2.TransportError)


class explained:
    """Turns what can be expected to go wrong into a message and exit status 1; a defect keeps its traceback."""

    def __init__(self, *more: type[Exception]) -> None:
        self._expected = (*_EXPECTED, *more)

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, self._expected):
            fail(escape(str(error)))
        if isinstance(error, OSError) and error.errno in UNWRITABLE:
            fail(escape(str(state_dir_from_environment().unusable(error))))
        if isinstance(error, _UNREACHABLE):
            fail("The system stopped answering. `make up` starts it again with its state; `make logs` tells why.")
        if isinstance(error, KeyboardInterrupt):
            console.print("Interrupted. What runs in the system goes on to its end: `make logs` shows it.")
            raise typer.Exit(130)
