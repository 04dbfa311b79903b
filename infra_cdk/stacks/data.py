"""What is kept: tables, the bucket of large bodies, and the secrets that an operator fills in."""

from aws_cdk import Stack
from constructs import Construct

from infra_cdk.config import ANTHROPIC_SECRET, REDDIT_SECRET, Config
from infra_cdk.constructs.bucket import ArtifactsBucket
from infra_cdk.constructs.secret import OperatorSecret
from infra_cdk.constructs.table import NUMBER, Key, Table


class DataStack(Stack):
    """Everything stateful of the domain. Other stacks reach it through these attributes only."""

    def __init__(self, scope: Construct, construct_id: str, *, config: Config) -> None:
        super().__init__(scope, construct_id, description="MAM: tables, artifacts, secrets")
        self.artifacts = ArtifactsBucket(self, "Artifacts", config=config)

        self.opportunities = Table(
            self,
            "market_opportunities",
            setting="OPPORTUNITIES_TABLE",
            key=Key(partition="opportunity_id"),
            indexes={"by_status": Key(partition="status", sort="score", sort_type=NUMBER)},
            stream=True,
        )
        self.problems = Table(
            self,
            "problems",
            key=Key(partition="problem_id"),
            indexes={"by_opportunity": Key(partition="opportunity_id", sort="problem_id")},
        )
        self.seen_posts = Table(self, "seen_posts", key=Key(partition="post_id"))
        self.agents = Table(
            self,
            "agents",
            key=Key(partition="slug"),
            indexes={"by_status": Key(partition="status", sort="published_at")},
            stream=True,
        )
        self.agent_versions = Table(self, "agent_versions", key=Key(partition="slug", sort="version", sort_type=NUMBER))
        self.agent_tasks = Table(self, "agent_tasks", key=Key(partition="agent", sort="task_id"))
        self.meters = Table(self, "meters", key=Key(partition="key"), expires=True)
        self.agent_runs = Table(self, "agent_runs", key=Key(partition="run_id"), expires=True)
        self.workflow_failures = Table(self, "workflow_failures", key=Key(partition="execution", sort="failure_id"))

        self.anthropic = OperatorSecret(
            self, "Anthropic", name=ANTHROPIC_SECRET, setting="ANTHROPIC_SECRET", holds='{"api_key"}'
        )
        self.reddit = OperatorSecret(
            self,
            "Reddit",
            name=REDDIT_SECRET,
            setting="REDDIT_SECRET",
            holds='{"client_id", "client_secret", "user_agent"}',
        )
