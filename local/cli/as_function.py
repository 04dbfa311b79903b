"""A command that changes what functions change does it as one of them: by the same adapters, with its variables."""

import os
from collections.abc import Mapping

from local import aws
from local.child_environment import child_environment
from local.emulator.function_environment import OVERLAY_FILE, EndpointOverlay, function_environment
from local.ports import Ports
from local.state import StateDir

FACTORY = "mam-pick-opportunity"
PUBLISHER = "mam-publish-agent"
WORKER = "mam-perform-run"
EXAMINER = "mam-test-agent"


def take_environment(function: str, ports: Ports, state: StateDir) -> None:
    """From here on, this process finds the tables and the endpoints that the deployed function finds, and nothing of
    the shell's.
    """
    variables = {**child_environment(state.home), **environment_of(function, ports, state)}
    os.environ.clear()
    os.environ.update(variables)


def environment_of(function: str, ports: Ports, state: StateDir) -> Mapping[str, str]:
    deployed = aws.client("lambda", ports).get_function_configuration(FunctionName=function)
    return function_environment(deployed, EndpointOverlay(state.run / OVERLAY_FILE).values())
