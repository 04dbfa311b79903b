"""The five stages of market-scan in one process, the real SDKs against moto and stand-ins on real sockets."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.request import Request, urlopen

import boto3
import pytest

from functions.market.cluster_problems.handler import handler as cluster_problems
from functions.market.extract_problems.handler import handler as extract_problems
from functions.market.save_opportunities.handler import handler as save_opportunities
from functions.market.scan_posts.handler import handler as scan_posts
from functions.market.score_opportunities.handler import handler as score_opportunities
from local.standins.claude.app import create_app as claude_app
from local.standins.reddit.app import create_app as reddit_app
from shared.runtime import wiring
from shared.values import Json
from tests.fakes.dynamodb import mock_dynamodb
from tests.fakes.served import served
from tests.integration.market_tables import MARKET_TABLES, create_market_tables, everything_in

ROOT = Path(__file__).resolve().parents[2]
CONTEXT: Any = SimpleNamespace(
    function_name="mam-test",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:us-east-1:000000000000:function:mam-test",
    aws_request_id="request-1",
)


class MarketScan:
    def __init__(self, reddit: str, claude: str) -> None:
        self._reddit = reddit
        self._claude = claude
        self._number = 0

    def feed(self, posts: Sequence[dict[str, Json]]) -> list[str]:
        """What to read instead of subreddits."""
        body = "\n".join(json.dumps(post) for post in posts).encode()
        fed = json.load(urlopen(Request(f"{self._reddit}/_standin/feeds", data=body), timeout=5))["subreddits"]
        return [f"reddit:{name}" for name in fed]

    def claude_mode(self, mode: str, **options: Json) -> None:
        body = json.dumps({"mode": mode, **options}).encode()
        urlopen(Request(f"{self._claude}/_standin/mode", data=body, method="PUT"), timeout=5).read()

    def calls(self) -> dict[str, int]:
        return json.load(urlopen(f"{self._claude}/_standin/calls", timeout=5))

    def start(self, posts: Sequence[dict[str, Json]], **request: Json) -> dict[str, Json]:
        """The first stage of a new execution over these posts."""
        self._number += 1
        wanted = {"sources": self.feed(posts), "limit": 1000, **request}
        return scan_posts({"scan_id": f"scan-{self._number}", "request": wanted}, CONTEXT)

    def extract(self, scanned: dict[str, Json]) -> dict[str, Json]:
        for batch in self.batches(scanned):
            extract_problems(batch, CONTEXT)
        return scanned

    def batches(self, scanned: dict[str, Json]) -> list[dict[str, Json]]:
        """What the Map reads."""
        lines = wiring.platform.artifacts().get_text(scanned["batches_key"]).splitlines()
        return [json.loads(line) for line in lines]

    def finish(self, extracted: dict[str, Json]) -> dict[str, Json]:
        return save_opportunities(score_opportunities(cluster_problems(extracted, CONTEXT), CONTEXT), CONTEXT)

    def run(self, posts: Sequence[dict[str, Json]]) -> dict[str, Json]:
        return self.finish(self.extract(self.start(posts)))

    def stored(self) -> dict[str, dict[str, dict[str, Json]]]:
        """Every item of every table."""
        return {table: everything_in(table) for table in MARKET_TABLES}


@contextmanager
def market_scan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MarketScan]:
    with (
        served(reddit_app(tmp_path / "reddit")) as reddit,
        served(claude_app(tmp_path / "claude")) as claude,
        mock_dynamodb(),
    ):
        environment = {
            "ARTIFACTS_BUCKET": "artifacts",
            "OPPORTUNITIES_TABLE": "market_opportunities",
            "PROBLEMS_TABLE": "problems",
            "SEEN_POSTS_TABLE": "seen_posts",
            "METERS_TABLE": "meters",
            "WORKFLOW_FAILURES_TABLE": "workflow_failures",
            "DAILY_MODEL_SPEND_CENTS": "1000",
            "MODEL_FAST": "claude-haiku-5-5",
            "SOURCES": "reddit:entrepreneur",
            "REDDIT_URL": f"http://{reddit}",
            "REDDIT_SECRET": "mam/reddit",
            "CLAUDE_URL": f"http://{claude}",
            "ANTHROPIC_SECRET": "mam/anthropic",
            "EMBEDDER_MODEL": str(ROOT / "layers" / "embedder" / "model"),
        }
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        _create_rest()
        yield MarketScan(f"http://{reddit}", f"http://{claude}")


def _create_rest() -> None:
    create_market_tables()
    s3: Any = boto3.client("s3", region_name="us-east-1")
    s3.create_bucket(Bucket="artifacts")
    secrets: Any = boto3.client("secretsmanager", region_name="us-east-1")
    secrets.create_secret(Name="mam/anthropic", SecretString=json.dumps({"api_key": "offline"}))
    reddit = {"client_id": "id", "client_secret": "secret", "user_agent": "mam-tests"}
    secrets.create_secret(Name="mam/reddit", SecretString=json.dumps(reddit))
