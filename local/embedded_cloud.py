"""The whole system for as long as a `with` block lasts: for tests and benchmarks."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx2

from local import aws
from local.access import loopback
from local.access.credentials import made_credentials
from local.cli.posts_file import scan_request
from local.deployer.deploy import deploy
from local.deployer.product import CdkApp, product
from local.deployer.secrets import RealKeys
from local.market_data import MarketData
from local.ports import Ports, free_block, url
from local.state import StateDir
from local.supervisor import Supervisor
from local.workflows import Execution, Workflows

NO_KEYS = RealKeys(anthropic=None, reddit=None)


@dataclass(frozen=True)
class EmbeddedCloud:
    """A handle on a running system."""

    ports: Ports
    state: StateDir
    supervisor: Supervisor

    @property
    def url(self) -> str:
        """The front door."""
        return url(self.ports.front_door)

    @property
    def claude(self) -> str:
        return url(self.ports.claude)

    @property
    def reddit(self) -> str:
        return url(self.ports.reddit)

    @cached_property
    def data(self) -> MarketData:
        return MarketData(self.ports)

    @cached_property
    def workflows(self) -> Workflows:
        return Workflows(self.ports)

    def aws(self, service: str) -> Any:
        """A boto3 client; "ecs" leads to the sandbox."""
        return aws.client(service, self.ports)

    def request(self, method: str, path: str, **arguments: Any) -> httpx2.Response:
        """Through the front door; `path` begins with a slash."""
        return loopback.ask(method, self.url + path, **arguments)

    def command(self, port: int, method: str, path: str, **arguments: Any) -> httpx2.Response:
        """To what only our own programs may ask; `port` is one of `ports`."""
        return loopback.command(self.ports, port, method, path, **arguments).raise_for_status()

    def run_workflow(self, name: str, request: Any = None, *, timeout: float = 300) -> Execution:
        """Starts "market-scan" or "agent-factory" and waits for its end, whatever it is."""
        return self.workflows.run(name, {} if request is None else request, timeout=timeout)

    def redrive(self, execution: Execution, *, timeout: float = 300) -> Execution:
        self.workflows.redrive(execution.arn)
        return self.workflows.follow(execution.arn, timeout=timeout)

    def feed_posts(self, posts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """The request for a market-scan of exactly these posts; other scans do not see them."""
        lines = "".join(json.dumps(post) + "\n" for post in posts).encode()
        taken = self.command(self.ports.reddit, "POST", "/_standin/feeds", content=lines)
        return scan_request(taken.json()["subreddits"])

    def claude_mode(self, mode: str, *, times: int | None = None, tasks: Sequence[str] | None = None) -> None:
        body = {"mode": mode, "times": times, "tasks": None if tasks is None else list(tasks)}
        self.command(self.ports.claude, "PUT", "/_standin/mode", json=body)

    def reddit_mode(self, mode: str, *, times: int | None = None) -> None:
        body = {"mode": mode, "times": times}
        self.command(self.ports.reddit, "PUT", "/_standin/mode", json=body)

    def fargate_mode(self, mode: str, *, times: int | None = None, seconds: float | None = None) -> None:
        """What becomes of the tasks that are started from now on, e.g. "unknown" for the first seconds."""
        body = {"mode": mode, "times": times, "seconds": seconds}
        self.command(self.ports.fargate, "PUT", "/_standin/mode", json=body)

    def switch_rules(self, *, on: bool) -> None:
        """As deployed, a scan that succeeds starts a build by a rule."""
        events = self.aws("events")
        for rule in events.list_rules()["Rules"]:
            (events.enable_rule if on else events.disable_rule)(Name=rule["Name"])

    def strictness(self, **values: float) -> None:
        """`duplicate_every=1` delivers everything twice; `transaction_milliseconds=50` provokes conflicts."""
        self.command(self.ports.aws, "PUT", "/_mam/strictness", json=values)

    def function_log(self, function: str) -> str:
        """What a function printed so far, e.g. "mam-scan-posts"."""
        file = self.state.logs / "functions" / f"{function}.log"
        return file.read_text(encoding="utf-8") if file.exists() else ""


@contextmanager
def embedded_cloud(
    folder: Path,
    *,
    app: CdkApp | None = None,
    only: tuple[str, ...] | None = None,
    variables: Mapping[str, str] | None = None,
    ports: Ports | None = None,
    rules: bool = False,
) -> Iterator[EmbeddedCloud]:
    """Starts and deploys into `folder` on free ports, and stops. `app` is what to deploy instead of the product.

    Without `rules`, EventBridge's rules are switched off, so that builds run only when they are asked for.
    `variables` reach the processes; SFN_WAIT_SCALE=0.05, say, makes the waits of Step Functions' retries shorter.
    """
    state = StateDir(folder).create()
    chosen = (ports or free_block()).opened_with(made_credentials(state))
    supervisor = Supervisor(chosen, state, only=only, variables=variables)
    keys = RealKeys.of(os.environ) if os.environ.get("MAM_TEST_REAL_SERVICES") else NO_KEYS
    try:
        supervisor.start(keys)
        deploy(app or product(), chosen, state, keys, lambda _: None)
        cloud = EmbeddedCloud(chosen, state, supervisor)
        if not rules:
            cloud.switch_rules(on=False)
        yield cloud
    finally:
        supervisor.stop()
