"""Secrets: those that a person fills in after the first deployment, and keys that a deployment makes. Templates never
hold a value.
"""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_secretsmanager as secrets
from constructs import Construct

from infra_cdk.config import Config
from infra_cdk.constructs.acknowledge import acknowledge
from infra_cdk.constructs.function import FolderFunction

SIGNING_KEY_LENGTH = 64


class OperatorSecret(Construct):
    """Created without a value: a function that asks too early gets ResourceNotFoundException, which says what to do."""

    def __init__(self, scope: Construct, construct_id: str, *, config: Config, setting: str, holds: str) -> None:
        super().__init__(scope, f"{construct_id}Secret")
        self.name = f"{config.settings.prefix}/{construct_id.lower()}"
        self._setting = setting
        self._secret = secrets.CfnSecret(
            self, "Resource", name=self.name, description=f"A JSON object {holds}, put here by the operator"
        )
        self._secret.apply_removal_policy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)
        acknowledge(self, {"SMG4": "the key is issued by another company, whose site is the only place to rotate it"})

    def allow(self, function: FolderFunction) -> None:
        """Let a function read the secret, and tell it the name."""
        function.may(["secretsmanager:GetSecretValue"], [self._secret.ref])
        function.add_environment(self._setting, self.name)


class SigningKeys(Construct):
    """Keys that are made by the first deployment and seen by nobody: `{"current": "first", "first": …}`.

    They rotate by hand (docs/operations.md): which one signs changes in two steps, a quarter of an hour apart.
    """

    def __init__(self, scope: Construct, name: str, *, config: Config, setting: str) -> None:
        super().__init__(scope, f"{name.title().replace('-', '')}SigningKeys")
        self.name = f"{config.settings.prefix}/{name}"
        self._setting = setting
        self._secret = secrets.CfnSecret(
            self,
            "Resource",
            name=self.name,
            description="Keys that sign access tokens, by their ids; `current` names the one that signs",
            generate_secret_string=secrets.CfnSecret.GenerateSecretStringProperty(
                secret_string_template='{"current": "first"}',  # noqa: S106  a name
                generate_string_key="first",
                password_length=SIGNING_KEY_LENGTH,
                exclude_punctuation=True,
            ),
        )
        self._secret.apply_removal_policy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)
        acknowledge(self, {"SMG4": "one key after the other, with both valid in between, which no schedule can judge"})

    def allow(self, function: FolderFunction) -> None:
        """Let a function read the keys, and tell it the secret's name."""
        function.may(["secretsmanager:GetSecretValue"], [self._secret.ref])
        function.add_environment(self._setting, self.name)
