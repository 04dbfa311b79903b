"""The administrator of a fresh installation: made at the first `up`, with a password that lies in the state folder."""

import json
import os
import secrets
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

from local.child_environment import child_environment
from local.cli.as_function import environment_of
from local.ports import Ports
from local.state import REPOSITORY, StateDir

FILE = "admin.json"
EMAIL = "admin@mam.test"
MAKER = "mam-verify-email"
"""A function that may make accounts."""


class AdminNotMade(Exception):
    """The administrator's account could not be written; the message ends with why."""


@dataclass(frozen=True)
class FirstAdmin:
    email: str
    password: str = field(repr=False)


def ensure_admin(ports: Ports, state: StateDir) -> FirstAdmin:
    """The administrator that the state's first start has made. Raises AdminNotMade."""
    path = state.root / FILE
    if path.exists():
        return FirstAdmin(**json.loads(path.read_text()))
    admin = FirstAdmin(EMAIL, secrets.token_urlsafe(15))
    # The file last: whoever was interrupted before starts anew, with another password.
    _make(admin, ports, state)
    _keep(admin, path)
    return admin


def _make(admin: FirstAdmin, ports: Ports, state: StateDir) -> None:
    """As the function that makes accounts, in a process with its variables; the password goes through a pipe."""
    own = {**environment_of(MAKER, ports, state), "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(
        [sys.executable, "-m", "local.first_admin"],
        input=json.dumps(asdict(admin)),
        env={**child_environment(state.home), **own},
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise AdminNotMade(f"the administrator's account could not be made:\n{done.stderr[-2000:]}")


def _keep(admin: FirstAdmin, path: Path) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(asdict(admin), file)


def write_account(admin: FirstAdmin) -> None:
    """Into the table of users; an account of an interrupted start gets the new password."""
    from shared.accounts.password import COST, digest_password
    from shared.accounts.user import Role, User, make_user_id
    from shared.adapters.bcrypt_hashes import bcrypt_hash
    from shared.runtime import wiring

    hashed = bcrypt_hash(digest_password(admin.password), COST)
    users = wiring.accounts.users()
    found = users.find_by_email(admin.email)
    if found is not None:
        users.set_password(found, hashed)
        return
    user = User(
        user_id=make_user_id(), email=admin.email, password_hash=hashed, role=Role.ADMIN, created_at=time.time()
    )
    users.create(user)


if __name__ == "__main__":
    write_account(FirstAdmin(**json.load(sys.stdin)))
