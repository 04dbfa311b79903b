"""The environment of a function as a typed model, read at call time. A function is given only the variables it uses."""

import os
from functools import cache


class SettingMissing(Exception):
    """A variable that the running function needs is not in its environment: the function's stack is incomplete."""


class Settings:
    """Each property reads one environment variable on access, so a function needs only the variables that it uses."""

    @property
    def artifacts_bucket(self) -> str:
        return require("ARTIFACTS_BUCKET")

    @property
    def opportunities_table(self) -> str:
        return require("OPPORTUNITIES_TABLE")

    @property
    def problems_table(self) -> str:
        return require("PROBLEMS_TABLE")

    @property
    def seen_posts_table(self) -> str:
        return require("SEEN_POSTS_TABLE")

    @property
    def agents_table(self) -> str:
        return require("AGENTS_TABLE")

    @property
    def agent_versions_table(self) -> str:
        return require("AGENT_VERSIONS_TABLE")

    @property
    def agent_tasks_table(self) -> str:
        return require("AGENT_TASKS_TABLE")

    @property
    def meters_table(self) -> str:
        return require("METERS_TABLE")

    @property
    def agent_runs_table(self) -> str:
        return require("AGENT_RUNS_TABLE")

    @property
    def users_table(self) -> str:
        return require("USERS_TABLE")

    @property
    def sessions_table(self) -> str:
        return require("SESSIONS_TABLE")

    @property
    def account_mails_table(self) -> str:
        return require("ACCOUNT_MAILS_TABLE")

    @property
    def api_keys_table(self) -> str:
        return require("API_KEYS_TABLE")

    @property
    def access_token_secret(self) -> str:
        """The name of the secret with the keys that sign access tokens."""
        return require("ACCESS_TOKEN_SECRET")

    @property
    def mail_from(self) -> str:
        return require("MAIL_FROM")

    @property
    def site_url(self) -> str:
        """The marketplace's address, without a final slash. Links in mails and return addresses begin with it."""
        return require("SITE_URL")

    @property
    def workflow_failures_table(self) -> str:
        return require("WORKFLOW_FAILURES_TABLE")

    @property
    def claude_url(self) -> str | None:
        return os.environ.get("CLAUDE_URL")

    @property
    def anthropic_secret(self) -> str:
        return require("ANTHROPIC_SECRET")

    @property
    def subscriptions_table(self) -> str:
        return require("SUBSCRIPTIONS_TABLE")

    @property
    def stripe_events_table(self) -> str:
        return require("STRIPE_EVENTS_TABLE")

    @property
    def revenue_events_table(self) -> str:
        return require("REVENUE_EVENTS_TABLE")

    @property
    def stripe_url(self) -> str | None:
        return os.environ.get("STRIPE_URL")

    @property
    def stripe_secret(self) -> str:
        return require("STRIPE_SECRET")

    @property
    def stripe_tax(self) -> bool:
        """Whether Stripe computes taxes at checkout, which requires a registration there."""
        return require("STRIPE_TAX") == "on"

    @property
    def stripe_webhook_secret(self) -> str:
        return require("STRIPE_WEBHOOK_SECRET")

    @property
    def reddit_url(self) -> str | None:
        return os.environ.get("REDDIT_URL")

    @property
    def reddit_secret(self) -> str:
        return require("REDDIT_SECRET")

    @property
    def sources(self) -> tuple[str, ...]:
        """Places to read posts, such as "reddit:entrepreneur"."""
        return tuple(name.strip() for name in require("SOURCES").split(",") if name.strip())

    @property
    def embedder_model(self) -> str:
        """The directory in which the layer `embedder` puts the model."""
        return os.environ.get("EMBEDDER_MODEL", "/opt/embedder")

    @property
    def search_url(self) -> str | None:
        """None if search is switched off; lists are then made from the snapshot."""
        return os.environ.get("SEARCH_URL")

    @property
    def agent_repository(self) -> str:
        return require("AGENT_REPOSITORY")

    @property
    def agent_registry_url(self) -> str | None:
        return os.environ.get("AGENT_REGISTRY_URL")

    @property
    def agents_cluster(self) -> str:
        return require("AGENTS_CLUSTER")

    @property
    def agent_subnets(self) -> tuple[str, ...]:
        return tuple(require("AGENT_SUBNETS").split(","))

    @property
    def agent_security_group(self) -> str:
        return require("AGENT_SECURITY_GROUP")

    @property
    def agent_execution_role(self) -> str:
        return require("AGENT_EXECUTION_ROLE")

    @property
    def forward_function(self) -> str:
        return require("FORWARD_FUNCTION")

    @property
    def task_network(self) -> str:
        """CIDR block of the addresses of agents' tasks."""
        return require("TASK_NETWORK")

    @property
    def run_queue_url(self) -> str:
        return require("RUN_QUEUE_URL")

    @property
    def origin_secret(self) -> str | None:
        """The secret's name; None if there is no CDN in front."""
        return os.environ.get("ORIGIN_SECRET")

    @property
    def test_web_address(self) -> str | None:
        return os.environ.get("TEST_WEB_ADDRESS")

    @property
    def daily_model_spend_cents(self) -> int:
        return int(require("DAILY_MODEL_SPEND_CENTS"))

    @property
    def model_fast(self) -> str:
        return require("MODEL_FAST")

    @property
    def model_strong(self) -> str:
        return require("MODEL_STRONG")


def require(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise SettingMissing(f"{name} is not set for {os.environ.get('AWS_LAMBDA_FUNCTION_NAME', 'this process')}")
    return value


@cache
def settings() -> Settings:
    return Settings()
