"""An execution environment: what runs in the forked child, from its birth to its last call.

It sees what the function would see on AWS: its own asset, its layers, its variables, a private /tmp (TMPDIR), its
output going to a log. Third-party packages come from this interpreter, which has imported them before the fork.
"""

import asyncio
import importlib
import json
import logging
import os
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from local import call_recorder
from local.child_environment import child_environment
from local.function_host import frames
from local.function_host.deployment import Deployment, Invocation, Outcome, failure
from local.parent_death import die_with_parent

MAX_RESPONSE_BYTES = 6 * 1024 * 1024 + 1024

Handler = Callable[[Any, Any], Any]


class LambdaContext:
    """The second argument of a handler; attributes as the Lambda Python runtime documents them."""

    def __init__(self, deployment: Deployment, invocation: Invocation, log_stream: str) -> None:
        self.function_name = deployment.name
        self.function_version = deployment.version
        self.invoked_function_arn = deployment.arn
        self.memory_limit_in_mb = str(deployment.memory_mb)
        self.aws_request_id = invocation.request_id
        self.log_group_name = f"/aws/lambda/{deployment.name}"
        self.log_stream_name = log_stream
        self.identity = None
        self.client_context = None
        self.tenant_id = None
        self._deadline = invocation.deadline

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self._deadline - time.time()) * 1000))


def run(deployment: Deployment, calls: socket.socket, log_fd: int, scratch: str, host_root: str) -> None:
    """Serves calls from the socket until it closes; never returns to the zygote's code."""
    status = 1
    try:
        _become(deployment, log_fd, scratch, host_root)
        _serve(deployment, calls)
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        _flush()
        os._exit(status)


def _become(deployment: Deployment, log_fd: int, scratch: str, host_root: str) -> None:
    os.setsid()
    die_with_parent()
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGTERM, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.dup2(log_fd, 1)
    os.dup2(log_fd, 2)
    sys.stdout = os.fdopen(1, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False)
    sys.stderr = os.fdopen(2, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False)
    record_to = os.environ.get(call_recorder.VARIABLE)
    kept = child_environment(Path(scratch), TMPDIR=scratch)
    os.environ.clear()
    os.environ.update(kept)
    os.environ.update(dict(deployment.environment))
    sys.path[:] = _import_path(deployment, host_root)
    os.chdir(deployment.code)
    asyncio.set_event_loop_policy(None)
    _apply_log_level()
    if record_to:
        call_recorder.record_calls(deployment.name, Path(record_to))


def _import_path(deployment: Deployment, host_root: str) -> list[str]:
    """The asset first, then the layers, then the interpreter's packages; never the repository this host lives in."""
    layers = [f"{layer}/python" for layer in deployment.layers]
    inherited = [entry for entry in sys.path if entry and os.path.realpath(entry) != host_root]
    return [deployment.code, *layers, *inherited]


def _apply_log_level() -> None:
    """As the Lambda runtime does: the root logger writes to the function's log."""
    root = logging.getLogger()
    for handler in list(root.handlers):
        root.removeHandler(handler)
    stream = logging.StreamHandler(sys.stderr)
    stream.setFormatter(logging.Formatter("[%(levelname)s]\t%(asctime)s\t%(name)s\t%(message)s"))
    root.addHandler(stream)


def _serve(deployment: Deployment, calls: socket.socket) -> None:
    handler, init_failure = _load_guarded(deployment.handler)
    log_stream = f"{time.strftime('%Y/%m/%d', time.gmtime())}/[{deployment.version}]{os.urandom(16).hex()}"
    os.environ["AWS_LAMBDA_LOG_STREAM_NAME"] = log_stream
    calls.sendall(frames.framed(b"ready"))
    while (message := frames.read_frame(calls)) is not None:
        head, event = frames.unpack(message)
        invocation = Invocation.from_bytes(head)
        if handler is None:
            payload, function_error = init_failure, "Unhandled"
        else:
            payload, function_error = _call(
                handler, event, LambdaContext(deployment, invocation, log_stream), invocation
            )
        _flush()
        outcome = Outcome(function_error=function_error, ends_environment=handler is None)
        calls.sendall(frames.framed(frames.pack(outcome.to_bytes(), payload)))
        if handler is None:
            return


def _load_guarded(name: str) -> tuple[Handler | None, bytes]:
    """The handler, or the error Lambda reports when a module cannot be loaded."""
    module_name, _, attribute = name.rpartition(".")
    module_name = module_name.replace("/", ".")
    try:
        module = importlib.import_module(module_name)
    except ImportError as error:
        traceback.print_exc()
        return None, failure("Runtime.ImportModuleError", f"Unable to import module '{module_name}': {error}", trace=[])
    except SyntaxError as error:
        return None, failure(
            "Runtime.UserCodeSyntaxError", f"Syntax error in module '{module_name}': {error}", trace=[]
        )
    except BaseException as error:
        traceback.print_exc()
        return None, failure(type(error).__name__, str(error), trace=traceback.format_exc().splitlines())
    handler = getattr(module, attribute, None)
    if handler is None:
        return None, failure("Runtime.HandlerNotFound", f"Handler '{attribute}' missing on module '{module_name}'")
    return handler, b""


def _call(handler: Handler, event: bytes, context: LambdaContext, invocation: Invocation) -> tuple[bytes, str]:
    if invocation.trace_id:
        os.environ["_X_AMZN_TRACE_ID"] = invocation.trace_id
    try:
        result = handler(json.loads(event), context)
    except SystemExit as error:
        return failure(
            "Runtime.ExitError", f"RequestId: {invocation.request_id} Error: exit status {error.code}"
        ), "Unhandled"
    except BaseException as error:
        frames_of_handler = traceback.format_tb(error.__traceback__)[1:]
        _print_error(error)
        return failure(type(error).__name__, str(error), trace=frames_of_handler), "Unhandled"
    try:
        payload = json.dumps(result, ensure_ascii=False).encode("utf-8", "surrogatepass")
    except (TypeError, ValueError) as error:
        return failure("Runtime.MarshalError", f"Unable to marshal response: {error}", trace=[]), "Unhandled"
    if len(payload) > MAX_RESPONSE_BYTES:
        message = f"Response payload size exceeded maximum allowed payload size (6291556 bytes): {len(payload)}"
        return failure("Function.ResponseSizeTooLarge", message), "Unhandled"
    return payload, ""


def _print_error(error: BaseException) -> None:
    """The line that Lambda writes to the log, then the traceback."""
    print(f"[ERROR] {type(error).__name__}: {error}", file=sys.stderr)
    traceback.print_exception(error)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            continue
