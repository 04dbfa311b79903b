"""Accounts: registering and signing in, what is kept of people, their API keys, and the mails to them."""

from collections.abc import Mapping, Sequence
from functools import partial

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_ses as ses
from constructs import Construct

from infra_cdk.config import ONE_VCPU_MB, Config
from infra_cdk.constructs.endpoint import DELETE, GET, POST, Api, Endpoint
from infra_cdk.constructs.function import FolderFunction
from infra_cdk.constructs.queue import DeadLetters
from infra_cdk.constructs.reaction import NEW_ITEM, react_to_changes
from infra_cdk.constructs.table import Table
from infra_cdk.stacks.data import DataStack

TO_BE_ERASED = {"dynamodb": {"NewImage": {"erasing_at": {"N": lambda_.FilterRule.exists()}}}}


class AccountsStack(Stack):
    """The functions of `functions/accounts`."""

    def __init__(self, scope: Construct, construct_id: str, *, config: Config, data: DataStack, api: Api) -> None:
        super().__init__(scope, construct_id, description="MAM: accounts and API keys")
        self._config = config
        self._data = data
        self._endpoint = partial(Endpoint, self, api=api, config=config, uses=["accounts"])
        # What hashes a password gets a whole vCPU, and is held tighter: it is what costs most.
        self._hashing = partial(self._endpoint, memory=ONE_VCPU_MB, throttle=config.sign_in_throttle)
        self.dead_letters: Sequence[DeadLetters] = ()
        self._add_registration()
        self._add_sessions()
        self._add_passwords()
        self._add_me()
        self._add_keys()
        self._add_reactions()
        self._add_operators()

    def _add_registration(self) -> None:
        data = self._data
        register = self._hashing("accounts/register", POST, "/auth/register")
        data.users.allow(register, "GetItem")
        data.meters.allow(register, "BatchGetItem", "UpdateItem")
        data.account_mails.allow(register, "PutItem")

        verify_email = self._endpoint("accounts/verify_email", POST, "/auth/verify-email", uses=[])
        data.users.allow(verify_email, "GetItem", "PutItem", "UpdateItem", "DeleteItem")
        data.account_mails.allow(verify_email, "GetItem", "PutItem", "DeleteItem")

    def _add_sessions(self) -> None:
        data = self._data
        login = self._hashing("accounts/login", POST, "/auth/login")
        data.users.allow(login, "GetItem")
        data.meters.allow(login, "BatchGetItem", "UpdateItem")
        data.sessions.allow(login, "PutItem")
        data.access_tokens.allow(login)

        refresh = self._endpoint("accounts/refresh", POST, "/auth/refresh")
        data.users.allow(refresh, "GetItem")
        data.sessions.allow(refresh, "GetItem", "UpdateItem", "DeleteItem")
        data.access_tokens.allow(refresh)

        logout = self._endpoint("accounts/logout", POST, "/auth/logout", uses=[])
        data.sessions.allow(logout, "DeleteItem")

    def _add_passwords(self) -> None:
        data = self._data
        forgot_password = self._endpoint("accounts/forgot_password", POST, "/auth/forgot-password")
        data.users.allow(forgot_password, "GetItem")
        data.meters.allow(forgot_password, "BatchGetItem", "UpdateItem")
        data.account_mails.allow(forgot_password, "PutItem")

        reset_password = self._hashing("accounts/reset_password", POST, "/auth/reset-password")
        data.users.allow(reset_password, "GetItem", "UpdateItem")
        data.account_mails.allow(reset_password, "GetItem", "PutItem", "DeleteItem")
        self._let_end_sessions(reset_password)

    def _add_me(self) -> None:
        data = self._data
        get_me = self._endpoint("accounts/get_me", GET, "/me")
        data.allow_callers(get_me)
        data.users.allow(get_me, "GetItem")

        export_me = self._endpoint("accounts/export_me", GET, "/me/export", uses=["accounts", "stripe"])
        data.allow_people(export_me)
        data.users.allow(export_me, "GetItem")
        self._let_find_holdings(export_me)

        delete_me = self._endpoint("accounts/delete_me", DELETE, "/me")
        data.allow_people(delete_me)
        data.users.allow(delete_me, "UpdateItem")
        self._let_end_sessions(delete_me)

        change_email = self._hashing("accounts/change_email", POST, "/me/email")
        data.allow_people(change_email)
        data.users.allow(change_email, "GetItem")
        data.meters.allow(change_email, "BatchGetItem", "UpdateItem")
        data.account_mails.allow(change_email, "PutItem")

    def _add_keys(self) -> None:
        data = self._data
        create_api_key = self._endpoint("accounts/create_api_key", POST, "/api-keys")
        data.allow_people(create_api_key)
        data.api_keys.allow(create_api_key, "Query", index="by_account")
        data.api_keys.allow(create_api_key, "PutItem")

        list_api_keys = self._endpoint("accounts/list_api_keys", GET, "/api-keys")
        data.allow_people(list_api_keys)
        data.api_keys.allow(list_api_keys, "Query", index="by_account")

        rotate_api_key = self._endpoint("accounts/rotate_api_key", POST, "/api-keys/{key_id}/rotate")
        data.allow_people(rotate_api_key)
        data.api_keys.allow(rotate_api_key, "GetItem", "PutItem", "UpdateItem", "DeleteItem")

        revoke_api_key = self._endpoint("accounts/revoke_api_key", DELETE, "/api-keys/{key_id}")
        data.allow_people(revoke_api_key)
        data.api_keys.allow(revoke_api_key, "DeleteItem")

    def _add_reactions(self) -> None:
        data, config = self._data, self._config
        send_mail = self._reaction("accounts/send_mail", data.account_mails, NEW_ITEM)
        data.account_mails.allow(send_mail, "GetItem", "UpdateItem", "DeleteItem")
        domain = config.settings.mail_from.partition("@")[2]
        # Whose records in the DNS an operator sets (docs/operations.md): only then SES takes a mail.
        sender = ses.CfnEmailIdentity(self, "Sender", email_identity=domain)
        sender.apply_removal_policy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)
        send_mail.may(["ses:SendEmail"], [f"arn:{self.partition}:ses:{self.region}:{self.account}:identity/{domain}"])
        send_mail.add_environment("MAIL_FROM", config.settings.mail_from)
        send_mail.add_environment("SITE_URL", config.settings.site_url)

        erase_account = self._reaction("accounts/erase_account", data.users, TO_BE_ERASED, uses=["stripe"])
        data.users.allow(erase_account, "GetItem", "DeleteItem")
        self._let_find_holdings(erase_account)
        for table in (data.sessions, data.api_keys, data.account_mails, data.meters):
            table.allow(erase_account, "DeleteItem")
        data.subscriptions.allow(erase_account, "GetItem", "PutItem", "DeleteItem")
        data.stripe.allow(erase_account)

    def _add_operators(self) -> None:
        """No route leads here: who may invoke the function is a matter of AWS's own permissions."""
        set_role = FolderFunction(self, "accounts/set_role", config=self._config, uses=["accounts"])
        self._data.users.allow(set_role, "GetItem", "UpdateItem")
        self._let_end_sessions(set_role)

    def _reaction(
        self, folder: str, table: Table, of: Mapping[str, object], *, uses: Sequence[str] = ()
    ) -> FolderFunction:
        """A function that is told of a table's changes, for as long as a record of them lives."""
        letters = DeadLetters(self, folder.partition("/")[2].replace("_", "-"), config=self._config)
        self.dead_letters = [*self.dead_letters, letters]
        function = FolderFunction(self, folder, config=self._config, uses=uses)
        react_to_changes(function, table, letters, of=of)
        return function

    def _let_end_sessions(self, function: FolderFunction) -> None:
        self._data.sessions.allow(function, "Query", index="by_user")
        self._data.sessions.allow(function, "DeleteItem")

    def _let_find_holdings(self, function: FolderFunction) -> None:
        function.add_environment(self._data.meters.setting, self._data.meters.table_name)
        self._data.sessions.allow(function, "Query", index="by_user")
        self._data.api_keys.allow(function, "Query", index="by_account")
        self._data.account_mails.allow(function, "Query", index="by_subject")
        self._data.subscriptions.allow(function, "Query", index="by_account")
