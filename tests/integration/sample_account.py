"""The accounts of the samples: one who is signed in, one who is leaving, and the mails that wait for them.

Their secrets are known to everybody, and the token lives until the year 2100: they are worth nothing outside of tests.
"""

import json
import time
from typing import Any

import boto3
import jwt

from shared.accounts.api_key import ApiKey
from shared.accounts.hashes import hash_secret
from shared.accounts.key_text import KeyText, compute_checksum
from shared.accounts.mail import Mail, MailKind
from shared.accounts.password import digest_password
from shared.accounts.session import Session
from shared.accounts.user import User
from shared.adapters.access_tokens import ALGORITHM, AUDIENCE, ISSUER, TYPE
from shared.adapters.account_mails_table import AccountMailsTable
from shared.adapters.api_keys_table import ApiKeysTable
from shared.adapters.bcrypt_hashes import bcrypt_hash
from shared.adapters.sessions_table import SessionsTable
from shared.adapters.users_table import UsersTable

CHEAP = 4
"""bcrypt's least cost: a check takes the cost that the hash names."""
FAR = 4_102_444_800
SIGNING_KEYS = {"current": "sample", "sample": "sample" * 8}
USER, LEAVING_USER = "usr_sample", "usr_leaving"
EMAIL, PASSWORD = "ann@example.test", "correct horse battery"
SESSION = "ses_" + "0" * 32
SECRET = "s" * 43
KEY_ID = "4fK0s8Qd1ZpB"
_KEY = f"mam_{KEY_ID}_{'k' * 32}"
KEY = KeyText(KEY_ID, _KEY + compute_checksum(_KEY))
VERIFY_MAIL, RESET_MAIL, CHANGE_MAIL, UNSENT_MAIL = "mail_verify", "mail_reset", "mail_change", "mail_unsent"


def _access_token() -> str:
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": USER,
        "sid": SESSION,
        "role": "customer",
        "jti": "sample",
        "iat": 1_700_000_000,
        "nbf": 1_700_000_000,
        "exp": FAR,
    }
    return jwt.encode(claims, SIGNING_KEYS["sample"], ALGORITHM, headers={"kid": "sample", "typ": TYPE})


VALUES = {
    "access_token": _access_token(),
    "email": EMAIL,
    "password": PASSWORD,
    "register.email": "new@example.test",
    "change_email.email": "other@example.test",
    "verify_email.token": f"{VERIFY_MAIL}.{SECRET}",
    "reset_password.token": f"{RESET_MAIL}.{SECRET}",
    "__Secure-mam_refresh": f"{SESSION}.{SECRET}",
    "key_id": KEY_ID,
}
"""What endpoints are asked with in the sample events."""


def place_services() -> None:
    """What accounts need beside tables, where AWS is played."""
    boto3.client("secretsmanager").create_secret(Name="mam/access-tokens", SecretString=json.dumps(SIGNING_KEYS))
    boto3.client("sesv2").create_email_identity(EmailIdentity="mam.test")


def renew_accounts() -> None:
    """As if nobody had done anything yet: a sample of one endpoint may end what that of another needs."""
    for table in ("mam-users", "mam-sessions", "mam-api-keys", "mam-account-mails"):
        _empty(table)
    _empty("mam-meters", prefix="tries#")
    put_user()
    put_user(LEAVING_USER, "leaving@example.test")
    UsersTable("mam-users").begin_erasure(LEAVING_USER, 1_795_413_600.0)
    put_session()
    put_key()
    for mail_id, kind, email in (
        (VERIFY_MAIL, MailKind.VERIFY, "new@example.test"),
        (RESET_MAIL, MailKind.RESET, EMAIL),
        (CHANGE_MAIL, MailKind.CHANGE_EMAIL, "new@example.test"),
        (UNSENT_MAIL, MailKind.RESET, EMAIL),
    ):
        put_mail(mail_id, kind, email)


def put_user(user_id: str = USER, email: str = EMAIL, **changes: Any) -> None:
    hashed = bcrypt_hash(digest_password(PASSWORD), CHEAP)
    UsersTable("mam-users").create(
        User(user_id=user_id, email=email, password_hash=hashed, created_at=1_795_413_600.0, **changes)
    )


def put_session(session_id: str = SESSION, user_id: str = USER) -> None:
    now = time.time()
    SessionsTable("mam-sessions").add(
        Session(
            session_id=session_id,
            user_id=user_id,
            credentials=1,
            secret_hash=hash_secret(SECRET),
            created_at=now,
            rotated_at=now,
            expires_at=FAR,
        )
    )


def put_key(key_id: str = KEY_ID, user_id: str = USER) -> None:
    hashed = bcrypt_hash(KEY.text.encode(), CHEAP)
    key = ApiKey(key_id=key_id, account_id=user_id, name="sample", secret_hash=hashed, created_at=1_795_413_600.0)
    ApiKeysTable("mam-api-keys").add(key)


def put_mail(mail_id: str, kind: MailKind, email: str = "new@example.test", subject: str = "sample") -> None:
    AccountMailsTable("mam-account-mails").add(
        Mail(
            mail_id=mail_id,
            kind=kind,
            email=email,
            subject=subject,
            user_id=USER,
            credentials=1,
            password_hash="sample",
            created_at=time.time(),
            expires_at=FAR,
            link_hash=None if mail_id == UNSENT_MAIL else hash_secret(SECRET),
        )
    )


def _empty(table: str, prefix: str = "") -> None:
    client: Any = boto3.client("dynamodb")
    [key] = (each["AttributeName"] for each in client.describe_table(TableName=table)["Table"]["KeySchema"])
    for item in client.scan(TableName=table)["Items"]:
        if item[key]["S"].startswith(prefix):
            client.delete_item(TableName=table, Key={key: item[key]})
