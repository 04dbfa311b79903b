"""SQS queues as all of ours are: encrypted, over TLS only."""

from datetime import timedelta

from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra_cdk.config import Config
from infra_cdk.constructs.acknowledge import acknowledge
from infra_cdk.constructs.durations import duration
from infra_cdk.constructs.function import FolderFunction


class DeadLetters(sqs.Queue):
    """Where what nobody could process waits for a person; observability raises an alarm as soon as one is here."""

    def __init__(self, scope: Construct, name: str, *, config: Config) -> None:
        super().__init__(
            scope,
            f"{name.title().replace('-', '')}DeadLetters",
            queue_name=f"{config.settings.prefix}-{name}-dead-letters",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=duration(config.keep_dead_letters),
        )
        acknowledge(self, {"SQS3": "this is a queue of dead letters itself"})


class WorkQueue(sqs.Queue):
    """Work for one function: handed out again until it was tried `attempts` times, then a dead letter."""

    def __init__(self, scope: Construct, name: str, *, config: Config, visibility: timedelta, attempts: int) -> None:
        self.dead_letters = DeadLetters(scope, name, config=config)
        super().__init__(
            scope,
            name.title().replace("-", ""),
            queue_name=f"{config.settings.prefix}-{name}",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            visibility_timeout=duration(visibility),
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead_letters, max_receive_count=attempts),
        )

    def allow(self, function: FolderFunction, *actions: str, setting: str) -> None:
        """Let a function call these SQS actions on the queue, and tell it the address."""
        function.may([f"sqs:{action}" for action in actions], [self.queue_arn])
        function.add_environment(setting, self.queue_url)
