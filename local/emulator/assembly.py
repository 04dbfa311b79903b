"""Composes the emulator: MiniStack with our changes, what makes it as strict as AWS, checkpoints, the front door."""

from ministack import app as ministack_app
from ministack.services import apigateway

from local.access.doors import aws_gate
from local.emulator.by_port import ByPort
from local.emulator.front_door import FrontDoor
from local.emulator.function_code import FunctionCode
from local.emulator.function_environment import OVERLAY_FILE, EndpointOverlay
from local.emulator.function_host_client import FunctionHostClient
from local.emulator.http_api import HttpApiLimits
from local.emulator.mailbox import Mailbox
from local.emulator.patches import (
    duplicate_deliveries,
    execution_status_events,
    http_api_answers,
    interrupted_stacks,
    lambda_invocation,
    lambda_limits,
    lambda_logs,
    queue_addresses,
    registry_password,
    schedule_cadence,
    stream_deliveries,
    stream_records,
    surviving_executions,
    transactions,
    workflows,
)
from local.emulator.persistence_layer import Persistence
from local.emulator.strictness import Duplicates, Strictness, StrictnessEndpoint
from local.ports import HOST, Ports
from local.processes import Processes
from local.state import StateDir

FUNCTION_HOST = "function-host"


def assemble(ports: Ports, state: StateDir) -> ByPort:
    credentials = ports.credentials
    persistence = Persistence(ministack_app.app, state)
    touched = persistence.checkpoints.touch
    processes = Processes(state.run, state.logs)

    def host_lives() -> bool:
        return processes.find(FUNCTION_HOST) is not None

    hosted = lambda_invocation.HostedInvocation(
        FunctionHostClient(ports.function_host, credentials.control_headers(), host_lives),
        FunctionCode(state.function_code),
        EndpointOverlay(state.run / OVERLAY_FILE),
        state.shared_layer,
    )
    lambda_invocation.apply(hosted, touched)
    lambda_limits.apply()
    registry_password.apply(credentials.registry_password)
    http_api_answers.apply()
    lambda_logs.apply()
    queue_addresses.apply()
    interrupted_stacks.apply()
    schedule_cadence.apply()
    stream_records.apply()
    surviving_executions.apply()
    workflows.apply(touched)
    execution_status_events.apply()
    strictness = Strictness()
    duplicates = Duplicates(strictness)
    duplicate_deliveries.apply(duplicates)
    stream_deliveries.apply(duplicates)
    transactions.apply(strictness)
    aws = StrictnessEndpoint(HttpApiLimits(persistence), strictness)
    front_door = Mailbox(FrontDoor(aws, product_api, f"{HOST}:{ports.aws}"), credentials.mailbox)
    return ByPort(aws_gate(aws, ports.aws, credentials), front_door, ports.front_door)


def product_api() -> str | None:
    """The id of the deployed HTTP API; the product has one."""
    for api in apigateway._apis.all_values():
        if api.get("protocolType") == "HTTP":
            return str(api["apiId"])
    return None
