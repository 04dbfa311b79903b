"""What the listeners of this installation ask for: all of it follows from one secret, made at the first start.

The secret lies in the state folder, for its owner's eyes only. Each listener gets a credential of its own derived from
it, in the form that its real SDK sends, so that one that leaks opens one door.
"""

import contextlib
import hashlib
import hmac
import os
import secrets
import tempfile
from base64 import b64encode
from dataclasses import dataclass, field
from pathlib import Path

from local.state import StateDir

SECRET_BYTES = 32
FILE = "secret"

CONTROL_HEADER = "x-mam-control"
"""Carries the token of what only this installation's own programs may ask: modes, health, the function host."""


@dataclass(frozen=True)
class Credentials:
    secret: bytes = field(repr=False)

    @property
    def aws_access_key_id(self) -> str:
        return f"MAM{self._derived('aws access key')[:17].upper()}"

    @property
    def aws_secret_access_key(self) -> str:
        return self._derived("aws secret key")

    @property
    def registry_password(self) -> str:
        """ECR's, whose user is always `AWS`."""
        return self._derived("image registry")

    @property
    def claude_key(self) -> str:
        return f"sk-mam-{self._derived('claude')}"

    @property
    def reddit_client(self) -> tuple[str, str]:
        """Id and secret of the one script application that the stand-in knows."""
        return "mam", self._derived("reddit")

    @property
    def web_login(self) -> tuple[str, str]:
        """The small web is reached as a proxy is."""
        return "mam", self._derived("web")

    @property
    def access_token_key(self) -> str:
        """What this installation signs access tokens with."""
        return hmac.digest(self.secret, b"access tokens", hashlib.sha256).hex()

    @property
    def mailbox(self) -> str:
        """A part of the address of the mailbox page: whoever has it reads everybody's mail."""
        return self._derived("mailbox")

    @property
    def control(self) -> str:
        return self._derived("control")

    def control_headers(self) -> dict[str, str]:
        return {CONTROL_HEADER: self.control}

    def _derived(self, purpose: str) -> str:
        return hmac.digest(self.secret, purpose.encode(), hashlib.sha256).hex()[:40]


NO_CREDENTIALS = Credentials(b"")
"""Opens nothing: of a system that was never started, or whose state is gone."""


def basic(login: tuple[str, str]) -> str:
    """The value of an Authorization header."""
    return f"Basic {b64encode(':'.join(login).encode()).decode()}"


def credentials_of(state: StateDir) -> Credentials:
    """Those of the state, or NO_CREDENTIALS."""
    try:
        secret = (state.root / FILE).read_bytes()
    except OSError:
        return NO_CREDENTIALS
    return Credentials(secret) if len(secret) == SECRET_BYTES else NO_CREDENTIALS


def made_credentials(state: StateDir) -> Credentials:
    """Those of the state; made if it has none. Two who make them at once get the same."""
    path = state.root / FILE
    found = credentials_of(state)
    if found is NO_CREDENTIALS:
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_size != SECRET_BYTES:
                path.unlink()
        _create(path, secrets.token_bytes(SECRET_BYTES))
        found = credentials_of(state)
    path.chmod(0o600)
    return found


def _create(path: Path, secret: bytes) -> None:
    """Whole or not at all, and never readable by others in between."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.", suffix=".new")
    fresh = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secret)
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)
    finally:
        fresh.unlink()
