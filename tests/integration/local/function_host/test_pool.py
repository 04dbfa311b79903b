"""The host against real forked environments: what a function sees, and what happens to one that misbehaves."""

import asyncio
import json
import os
import signal
import textwrap
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from local.function_host.deployment import Deployment, Invocation, Outcome
from local.function_host.pool import Limits, Pool

BARE = Limits(preload=False)

Deploy = Callable[..., bytes]


@pytest.fixture
def deploy(tmp_path: Path) -> Deploy:
    def write(source: str, *, name: str = "probe", timeout: int = 5, **environment: str) -> bytes:
        folder = tmp_path / f"code-{abs(hash((name, source)))}"
        folder.mkdir(exist_ok=True)
        (folder / "app.py").write_text(textwrap.dedent(source))
        return Deployment(
            name=name,
            arn=f"arn:aws:lambda:us-east-1:000000000000:function:{name}",
            version="$LATEST",
            handler="app.handler",
            timeout_seconds=timeout,
            memory_mb=128,
            code=str(folder),
            layers=(),
            environment=tuple(environment.items()),
        ).to_bytes()

    return write


@asynccontextmanager
async def running(tmp_path: Path, limits: Limits = BARE) -> AsyncIterator[Pool]:
    pool = Pool(tmp_path / "scratch", limits)
    await pool.start()
    try:
        yield pool
    finally:
        await pool.close()


async def call(pool: Pool, key: bytes, event: Any = None) -> tuple[Outcome, Any]:
    invocation = Invocation(request_id="request-1")
    outcome, payload = await pool.invoke(key, invocation, json.dumps(event).encode())
    return outcome, json.loads(payload)


def test_a_function_sees_its_own_variables_code_and_context(tmp_path: Path, deploy: Deploy) -> None:
    key = deploy(
        """
        import os, sys
        def handler(event, context):
            return {"event": event, "greeting": os.environ["GREETING"], "home": "PYTHONPATH" in os.environ,
                    "first": sys.path[0] == os.getcwd(), "name": context.function_name,
                    "repository": any("local" in os.listdir(p) and "functions" in os.listdir(p)
                                      for p in sys.path if os.path.isdir(p)),
                    "left": context.get_remaining_time_in_millis() > 0}
        """,
        GREETING="hello",
    )

    async def scenario() -> Any:
        async with running(tmp_path) as pool:
            return await call(pool, key, {"n": 1})

    outcome, result = asyncio.run(scenario())
    assert outcome.function_error == ""
    assert result == {
        "event": {"n": 1},
        "greeting": "hello",
        "home": False,
        "first": True,
        "name": "probe",
        "repository": False,
        "left": True,
    }


def test_calls_in_sequence_share_an_environment_and_calls_at_once_do_not(tmp_path: Path, deploy: Deploy) -> None:
    key = deploy(
        """
        import os, time
        def handler(event, context):
            time.sleep(event)
            return os.getpid()
        """
    )

    async def scenario() -> tuple[set[int], set[int]]:
        async with running(tmp_path) as pool:
            sequence = {(await call(pool, key, 0))[1] for _ in range(3)}
            together = await asyncio.gather(*(call(pool, key, 0.2) for _ in range(3)))
            return sequence, {pid for _, pid in together}

    sequence, together = asyncio.run(scenario())
    assert len(sequence) == 1
    assert len(together) == 3


def test_a_changed_variable_retires_the_old_environment(tmp_path: Path, deploy: Deploy) -> None:
    source = """
        import os
        def handler(event, context):
            return os.environ["COLOUR"]
        """

    async def scenario() -> tuple[list[str], dict[str, int]]:
        async with running(tmp_path) as pool:
            colours = [(await call(pool, deploy(source, COLOUR=colour)))[1] for colour in ("red", "blue")]
            await call(pool, deploy(source, COLOUR="blue"))
            return colours, pool.counts()

    colours, counts = asyncio.run(scenario())
    assert colours == ["red", "blue"]
    assert counts == {"alive": 1, "idle": 1}


def test_the_error_carries_the_exceptions_own_name(tmp_path: Path, deploy: Deploy) -> None:
    key = deploy(
        """
        class ModelOverloaded(Exception): pass
        def handler(event, context):
            print("about to fail")
            raise ModelOverloaded("try later")
        """
    )

    async def scenario() -> Any:
        async with running(tmp_path) as pool:
            return await call(pool, key)

    outcome, result = asyncio.run(scenario())
    assert outcome.function_error == "Unhandled"
    assert (result["errorType"], result["errorMessage"]) == ("ModelOverloaded", "try later")
    assert "about to fail" in outcome.log
    assert "[ERROR] ModelOverloaded: try later" in outcome.log


def test_a_function_that_outlives_its_timeout_is_killed_with_what_it_started(tmp_path: Path, deploy: Deploy) -> None:
    marker = tmp_path / "still-alive"
    key = deploy(
        f"""
        import subprocess, time
        def handler(event, context):
            subprocess.Popen(["sh", "-c", "sleep 2; touch {marker}"])
            print("started")
            time.sleep(60)
        """,
        timeout=1,
    )

    async def scenario() -> tuple[Outcome, Any, dict[str, int]]:
        async with running(tmp_path) as pool:
            await pool.wait_ready()
            outcome, result = await call(pool, key)
            await asyncio.sleep(1.5)
            return outcome, result, pool.counts()

    outcome, result, counts = asyncio.run(scenario())
    assert result["errorType"] == "Sandbox.Timedout"
    assert "Task timed out after 1.00 seconds" in result["errorMessage"]
    assert "started" in outcome.log
    assert counts["alive"] == 0
    assert not marker.exists()


def test_a_function_that_exits_or_cannot_be_imported_is_reported_as_lambda_does(tmp_path: Path, deploy: Deploy) -> None:
    dying = deploy("import os\ndef handler(event, context): os._exit(3)", name="dying")
    broken = deploy("import no_such_package\ndef handler(event, context): ...", name="broken")
    wrong = deploy("def other(event, context): ...", name="wrong")
    unserialisable = deploy("def handler(event, context): return object()", name="object")

    async def scenario() -> list[str]:
        async with running(tmp_path) as pool:
            return [(await call(pool, key))[1]["errorType"] for key in (dying, broken, wrong, unserialisable)]

    assert asyncio.run(scenario()) == [
        "Runtime.ExitError",
        "Runtime.ImportModuleError",
        "Runtime.HandlerNotFound",
        "Runtime.MarshalError",
    ]


def test_idle_environments_are_capped_and_retired(tmp_path: Path, deploy: Deploy) -> None:
    keys = [deploy("def handler(event, context): return 1", name=f"f{n}") for n in range(4)]

    async def scenario() -> tuple[dict[str, int], dict[str, int]]:
        async with running(tmp_path, Limits(alive=8, idle=2, idle_seconds=0, preload=False)) as pool:
            for key in keys:
                await call(pool, key)
            capped = pool.counts()
            await pool.retire_idle()
            return capped, pool.counts()

    capped, retired = asyncio.run(scenario())
    assert capped["idle"] == 2
    assert retired == {"alive": 0, "idle": 0}


def test_too_many_calls_at_once_are_throttled(tmp_path: Path, deploy: Deploy) -> None:
    key = deploy("import time\ndef handler(event, context): time.sleep(1)")

    async def scenario() -> list[bool]:
        async with running(tmp_path, Limits(alive=1, wait_seconds=0.2, preload=False)) as pool:
            await pool.wait_ready()
            return [outcome.throttled for outcome, _ in await asyncio.gather(call(pool, key), call(pool, key))]

    assert sorted(asyncio.run(scenario())) == [False, True]


def test_a_dead_zygote_is_replaced(tmp_path: Path, deploy: Deploy) -> None:
    key = deploy("import os\ndef handler(event, context): return os.getppid()")

    async def scenario() -> tuple[int, int]:
        async with running(tmp_path) as pool:
            first = (await call(pool, key))[1]
            os.kill(first, signal.SIGKILL)
            await asyncio.sleep(0.5)
            return first, (await call(pool, key))[1]

    first, second = asyncio.run(scenario())
    assert first != second
