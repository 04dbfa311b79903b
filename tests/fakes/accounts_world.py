"""All account endpoints over stores in memory: bcrypt at its least cost, mails read as their reader would."""

import re
import time
from dataclasses import dataclass, field
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from functions.accounts.erase_account.erase import erase_account
from functions.accounts.send_mail.send import send_mail
from shared.accounts.holdings import HeldKeys, HeldMails, HeldSessions, HeldTries
from shared.accounts.key_checks import KeyChecks
from shared.accounts.user import Role, User
from shared.adapters import bcrypt_hashes
from shared.adapters.access_tokens import AccessTokens
from shared.runtime import wiring
from shared.runtime.session_cookie import NAME
from tests.fakes.accounts import FakeApiKeys, FakeMails, FakeSender, FakeSessions, FakeTries, FakeUsers

CHEAP = 4
EMAIL, PASSWORD = "ann@example.test", "correct horse battery"
SITE = "https://mam.test"
SIGNING_KEYS = {"current": "one", "one": "1" * 32}
CLOCKED = (
    "change_email", "create_api_key", "delete_me", "forgot_password", "list_api_keys", "login", "refresh", "register",
    "reset_password", "rotate_api_key", "verify_email",
)  # fmt: skip
"""Endpoints that ask for the time."""
HASHING = ("create_api_key", "register", "reset_password", "rotate_api_key")


@dataclass
class AccountsWorld:
    """`now` is what every clock shows but that of access tokens, which is the real one; `bcrypts` counts how often
    bcrypt was asked.
    """

    now: float = field(default_factory=time.time)
    mails: FakeMails = field(default_factory=FakeMails)
    users: FakeUsers = field(init=False)
    sessions: FakeSessions = field(default_factory=FakeSessions)
    keys: FakeApiKeys = field(default_factory=FakeApiKeys)
    tries: FakeTries = field(default_factory=FakeTries)
    sender: FakeSender = field(default_factory=FakeSender)
    signing_keys: dict[str, str] = field(default_factory=lambda: dict(SIGNING_KEYS))
    bcrypts: int = 0
    slept: list[float] = field(default_factory=list[float])
    client: TestClient = field(init=False)

    def __post_init__(self) -> None:
        self.users = FakeUsers(self.mails)
        self.key_checks = self.a_process()

    def a_process(self) -> KeyChecks:
        """A cold one: it remembers no key."""
        return KeyChecks(self.keys, self.tries, self.fits, self.slept.append)

    def fits(self, secret: bytes, hashed: str) -> bool:
        self.bcrypts += 1
        return bcrypt_hashes.bcrypt_fits(secret, hashed.replace("$12$", f"${CHEAP:02d}$"))

    def wire(self, monkeypatch: pytest.MonkeyPatch) -> None:
        providers: dict[str, Any] = {
            "users": lambda: self.users,
            "confirming_users": lambda: self.users,
            "sessions": lambda: self.sessions,
            "mails": lambda: self.mails,
            "api_keys": lambda: self.keys,
            "tries": lambda: self.tries,
            "key_checks": lambda: self.key_checks,
            "access_tokens": lambda: AccessTokens(self.signing_keys),
            "holdings": lambda: self.holdings(),
        }
        for name, provide in providers.items():
            monkeypatch.setattr(wiring.accounts, name, provide)
        for name in CLOCKED:
            monkeypatch.setattr(f"functions.accounts.{name}.router.clock", lambda: self.now)
        for module in ("authentication", "key_authentication"):
            monkeypatch.setattr(f"shared.runtime.{module}.clock", lambda: self.now)
        for name in HASHING:
            monkeypatch.setattr(f"functions.accounts.{name}.router.bcrypt_hash", self._cheap_hash)
        for name in ("login", "change_email"):
            monkeypatch.setattr(f"functions.accounts.{name}.router.bcrypt_fits", self.fits)

    def _cheap_hash(self, secret: bytes, cost: int) -> str:
        self.bcrypts += 1
        return bcrypt_hashes.bcrypt_hash(secret, CHEAP)

    def holdings(self) -> tuple[Any, ...]:
        return HeldSessions(self.sessions), HeldKeys(self.keys), HeldMails(self.mails), HeldTries(self.tries)

    # What reactions do, when they get to it.

    def deliver(self) -> list[tuple[str, str, str]]:
        """Every mail that waits, as the stream would; what was sent just now."""
        before = len(self.sender.sent)
        for mail_id in list(self.mails.rows):
            send_mail(mail_id, self.mails, self.sender, SITE, self.now)
        return self.sender.sent[before:]

    def token(self) -> str:
        """What the link of the mail that was sent last carries."""
        return re.findall(r"#token=(\S+)", self.sender.sent[-1][2])[-1]

    def erase_marked(self) -> None:
        for user_id in list(self.users.rows):
            erase_account(user_id, self.users, self.holdings())

    # What people do.

    def post(self, path: str, body: Any = None, **more: Any) -> Response:
        return self.client.post(f"/api/v1{path}", json=body, **more)

    def has_account(self, email: str = EMAIL, role: Role = Role.CUSTOMER) -> User:
        self.post("/auth/register", {"email": email, "password": PASSWORD})
        self.deliver()
        assert self.post("/auth/verify-email", {"token": self.token()}).status_code == 200
        user = self.users.find_by_email(email)
        assert user is not None
        if role is Role.ADMIN:
            self.users.rows[user.user_id] = user.model_copy(update={"role": role})
        self.tries.stamps.clear()
        return self.users.rows[user.user_id]

    def signs_in(self, email: str = EMAIL, password: str = PASSWORD) -> "SignedInWorld":
        answer = self.post("/auth/login", {"email": email, "password": password})
        assert answer.status_code == 200, answer.text
        return SignedInWorld(self, answer.json()["access_token"], cookie_of(answer))


@dataclass
class SignedInWorld:
    """Somebody who is signed in: their access token and their cookie."""

    world: AccountsWorld
    access_token: str
    cookie: str

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.access_token}"}

    def ask(self, method: str, path: str, body: Any = None) -> Response:
        more = {} if body is None else {"json": body}
        return self.world.client.request(method, f"/api/v1{path}", headers=self.headers, **more)

    def refresh(self, cookie: str | None = None) -> Response:
        """Only with this cookie: the client keeps none."""
        return self.world.post("/auth/refresh", headers={"cookie": f"{NAME}={cookie or self.cookie}"})

    def mints(self, **asked: Any) -> dict[str, Any]:
        answer = self.ask("POST", "/api-keys", {"name": "nightly", **asked})
        assert answer.status_code == 201, answer.text
        return answer.json()


def cookie_of(answer: Response) -> str:
    found = re.match(rf"{NAME}=([^;]*); ", answer.headers["set-cookie"])
    assert found is not None
    return found[1]
