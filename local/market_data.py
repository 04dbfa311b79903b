"""Reads opportunities, problems and agents from the tables, for the command line to print. It changes nothing."""

import json
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

import yaml
from boto3.dynamodb.types import TypeDeserializer

from local import aws
from local.ports import Ports, url
from shared.opportunities.scoring import rank

OPPORTUNITIES = "mam-market-opportunities"
PROBLEMS = "mam-problems"
AGENTS = "mam-agents"
AGENT_VERSIONS = "mam-agent-versions"
PUBLISHER = "mam-publish-agent"

Row = dict[str, Any]


class MarketData:
    def __init__(self, ports: Ports) -> None:
        self._dynamodb = aws.client("dynamodb", ports)
        self._s3 = aws.client("s3", ports)
        self._lambda = aws.client("lambda", ports)
        self._specs: dict[str, Row] = {}
        self._ports = ports

    def opportunities(self) -> list[Row]:
        """The best first."""
        return sorted(
            self._rows(OPPORTUNITIES), key=lambda row: (-rank(row["score"], row["recency"]), row["opportunity_id"])
        )

    def published_agents(self) -> list[Row]:
        """As `agents`, without those that were withdrawn."""
        return [agent for agent in self.agents() if agent["status"] == "published"]

    def agents(self) -> list[Row]:
        """Published and withdrawn, in the order they were published: slug, name, status, template, opportunity_id,
        version, published_at.
        """
        rows = [row for row in self._rows(AGENTS) if row.get("status") in ("published", "withdrawn")]
        return [self._agent(row) for row in sorted(rows, key=lambda row: str(row.get("published_at", "")))]

    def _agent(self, row: Row) -> Row:
        shown = json.loads(row["summary"]) if row.get("summary") else {}
        return {
            "slug": row["slug"],
            "name": shown.get("name", row["slug"]),
            "status": row["status"],
            "template": self._spec(row).get("template"),
            "opportunity_id": row.get("opportunity_id"),
            "version": row.get("version"),
            "published_at": row.get("published_at"),
        }

    def _spec(self, row: Row) -> Row:
        """The spec of the published version; specs are stored under keys that never change their content."""
        key = {"slug": {"S": row["slug"]}, "version": {"N": str(row["version"])}}
        version = self._dynamodb.get_item(TableName=AGENT_VERSIONS, Key=key).get("Item", {})
        spec_key = version.get("spec_key", {}).get("S")
        if not spec_key:
            return {}
        if spec_key not in self._specs:
            body = self._s3.get_object(Bucket=self._bucket(), Key=spec_key)["Body"].read()
            self._specs[spec_key] = yaml.safe_load(body)
        return self._specs[spec_key]

    def _bucket(self) -> str:
        configuration = self._lambda.get_function_configuration(FunctionName=PUBLISHER)
        return str(configuration["Environment"]["Variables"]["ARTIFACTS_BUCKET"])

    def opportunities_of(self, post_ids: Iterable[str]) -> list[Row]:
        """Opportunities with a problem of these posts, and those problems only; `other_problems` counts the rest."""
        wanted = set(post_ids)
        problems = list(self._rows(PROBLEMS, leave_out={"vector"}))
        found: list[Row] = []
        for row in self.opportunities():
            held = [each for each in problems if each["opportunity_id"] == row["opportunity_id"]]
            ours = sorted((each for each in held if each["post_id"] in wanted), key=lambda each: each["problem_id"])
            if ours:
                found.append(
                    {
                        "id": row["opportunity_id"],
                        "title": row["title"],
                        "summary": row.get("summary"),
                        "score": row["score"],
                        "frequency": row.get("frequency"),
                        "urgency": row.get("urgency"),
                        "monetization": row.get("monetization"),
                        "problems": [{name: each[name] for name in ("post_id", "url", "quote")} for each in ours],
                        "other_problems": len(held) - len(ours),
                    }
                )
        return found

    def agent_address(self, slug: str) -> str:
        return f"{url(self._ports.front_door)}/api/v1/agents/{slug}"

    def _rows(self, table: str, leave_out: set[str] | None = None) -> Iterator[Row]:
        read = TypeDeserializer().deserialize
        for page in self._dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True):
            for item in page["Items"]:
                yield {name: _plain(read(value)) for name, value in item.items() if name not in (leave_out or set())}


def _plain(value: Any) -> Any:
    """Numbers as JSON has them."""
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case dict():
            return {name: _plain(each) for name, each in value.items()}
        case list():
            return [_plain(each) for each in value]
        case _:
            return value
