"""What is kept: tables, the bucket of large bodies, and the secrets that an operator fills in."""

from functools import partial

from aws_cdk import Stack
from constructs import Construct

from infra_cdk.config import Config
from infra_cdk.constructs.bucket import ArtifactsBucket
from infra_cdk.constructs.function import FolderFunction
from infra_cdk.constructs.secret import OperatorSecret, SigningKeys
from infra_cdk.constructs.table import NUMBER, Key, Table


class DataStack(Stack):
    """Everything stateful of the domain. Other stacks reach it through these attributes only."""

    def __init__(self, scope: Construct, construct_id: str, *, config: Config) -> None:
        super().__init__(scope, construct_id, description="MAM: tables, artifacts, secrets")
        table = partial(Table, self, config=config)
        self.artifacts = ArtifactsBucket(self, "Artifacts", config=config)

        self.opportunities = table(
            "market_opportunities",
            setting="OPPORTUNITIES_TABLE",
            key=Key(partition="opportunity_id"),
            indexes={"by_status": Key(partition="status", sort="score", sort_type=NUMBER)},
            stream=True,
        )
        self.problems = table(
            "problems",
            key=Key(partition="problem_id"),
            indexes={"by_opportunity": Key(partition="opportunity_id", sort="problem_id")},
        )
        self.seen_posts = table("seen_posts", key=Key(partition="post_id"))
        self.agents = table(
            "agents",
            key=Key(partition="slug"),
            indexes={"by_status": Key(partition="status", sort="published_at")},
            stream=True,
        )
        self.agent_versions = table("agent_versions", key=Key(partition="slug", sort="version", sort_type=NUMBER))
        self.agent_tasks = table("agent_tasks", key=Key(partition="agent", sort="task_id"))
        self.meters = table("meters", key=Key(partition="key"), expires=True)
        self.agent_runs = table("agent_runs", key=Key(partition="run_id"), expires=True)
        self.users = table("users", key=Key(partition="user_id"), stream=True)
        self.sessions = table(
            "sessions",
            key=Key(partition="session_id"),
            indexes={"by_user": Key(partition="user_id")},
            expires=True,
        )
        self.api_keys = table(
            "api_keys",
            key=Key(partition="key_id"),
            indexes={"by_account": Key(partition="account_id", sort="created_at", sort_type=NUMBER)},
            expires=True,
        )
        self.account_mails = table(
            "account_mails",
            key=Key(partition="mail_id"),
            indexes={"by_subject": Key(partition="subject")},
            expires=True,
            stream=True,
        )
        self.workflow_failures = table("workflow_failures", key=Key(partition="execution", sort="failure_id"))

        self.anthropic = OperatorSecret(
            self, "Anthropic", config=config, setting="ANTHROPIC_SECRET", holds='{"api_key"}'
        )
        self.reddit = OperatorSecret(
            self,
            "Reddit",
            config=config,
            setting="REDDIT_SECRET",
            holds='{"client_id", "client_secret", "user_agent"}',
        )
        self.access_tokens = SigningKeys(self, "access-tokens", config=config, setting="ACCESS_TOKEN_SECRET")
        # A rollback cannot delete a protected table, so whatever else might fail here is made first.
        for made in self.node.children:
            if isinstance(made, Table):
                made.node.add_dependency(self.artifacts, self.anthropic, self.reddit, self.access_tokens)

    def allow_people(self, function: FolderFunction) -> None:
        """Let a function recognise who has signed in (`shared.runtime.authentication.person`)."""
        self.access_tokens.allow(function)
        self.sessions.allow(function, "GetItem")

    def allow_callers(self, function: FolderFunction) -> None:
        """Let a function also recognise API keys (`shared.runtime.key_authentication.person_or_key`)."""
        self.allow_people(function)
        self.api_keys.allow(function, "GetItem", "UpdateItem")
        self.meters.allow(function, "BatchGetItem", "UpdateItem")
