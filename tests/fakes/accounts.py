"""Users, sessions, keys, mails and tries in memory; what the tables promise is held to both by one suite."""

from collections.abc import Sequence

from shared.accounts.api_key import ApiKey, is_use_news
from shared.accounts.mail import Mail
from shared.accounts.session import Session
from shared.accounts.tries import Counter, check_tries, keep_recent
from shared.accounts.user import Role, User


class FakeMails:
    """Implements `shared.accounts.mail.MailsRepository`."""

    def __init__(self) -> None:
        self.rows: dict[str, Mail] = {}

    def add(self, mail: Mail) -> None:
        assert mail.mail_id not in self.rows
        self.rows[mail.mail_id] = mail

    def get(self, mail_id: str) -> Mail | None:
        return self.rows.get(mail_id)

    def arm(self, mail: Mail, link_hash: str) -> bool:
        found = self.rows.get(mail.mail_id)
        if found is None or found.sent_at is not None:
            return False
        self.rows[mail.mail_id] = found.model_copy(update={"link_hash": link_hash})
        return True

    def mark_sent(self, mail: Mail, now: float) -> None:
        if mail.mail_id in self.rows:
            self.rows[mail.mail_id] = self.rows[mail.mail_id].model_copy(update={"sent_at": now})

    def remove(self, mail: Mail) -> None:
        self.rows.pop(mail.mail_id, None)

    def of_subject(self, subject: str) -> list[Mail]:
        return [mail for mail in self.rows.values() if mail.subject == subject]


class FakeUsers:
    """Implements `shared.accounts.user.UsersRepository`."""

    def __init__(self, mails: FakeMails | None = None) -> None:
        self.rows: dict[str, User] = {}
        self.mails = mails or FakeMails()

    def get(self, user_id: str) -> User | None:
        return self.rows.get(user_id)

    def find_by_email(self, email: str) -> User | None:
        return next((user for user in self.rows.values() if user.email == email), None)

    def create(self, user: User, mail: Mail | None = None) -> bool:
        if user.user_id in self.rows or self.find_by_email(user.email) is not None:
            return False
        return self._put(user, mail)

    def set_password(self, user: User, password_hash: str, mail: Mail | None = None) -> bool:
        changes = {"password_hash": password_hash, "credentials": user.credentials + 1}
        return self._is_as_read(user) and self._put(self._with(user, changes), mail)

    def set_email(self, user: User, email: str, mail: Mail) -> bool:
        free = self.find_by_email(email) is None
        return free and self._is_as_read(user) and self._put(self._with(user, {"email": email}), mail)

    def set_role(self, user: User, role: Role) -> bool:
        changes = {"role": role, "credentials": user.credentials + 1}
        return self._is_as_read(user) and self._put(self._with(user, changes), None)

    def set_stripe_customer(self, user_id: str, customer_id: str) -> str | None:
        user = self.rows.get(user_id)
        if user is not None and user.stripe_customer_id is None:
            user = self.rows[user_id] = user.model_copy(update={"stripe_customer_id": customer_id})
        return user.stripe_customer_id if user else None

    def begin_erasure(self, user_id: str, now: float) -> bool:
        user = self.rows.get(user_id)
        if user is None:
            return False
        self.rows[user_id] = user.model_copy(update={"erasing_at": user.erasing_at or now})
        return True

    def erase(self, user: User) -> None:
        self.rows.pop(user.user_id, None)

    def _is_as_read(self, user: User) -> bool:
        found = self.rows.get(user.user_id)
        return (
            found is not None
            and found.erasing_at is None
            and (found.credentials, found.email) == (user.credentials, user.email)
        )

    def _with(self, user: User, changes: dict[str, object]) -> User:
        return self.rows[user.user_id].model_copy(update=changes)

    def _put(self, user: User, mail: Mail | None) -> bool:
        if mail is not None:
            found = self.mails.get(mail.mail_id)
            if found is None or found.link_hash != mail.link_hash:
                return False
            self.mails.remove(mail)
        self.rows[user.user_id] = user
        return True


class FakeSessions:
    """Implements `shared.accounts.session.SessionsRepository`."""

    def __init__(self) -> None:
        self.rows: dict[str, Session] = {}

    def add(self, session: Session) -> None:
        assert session.session_id not in self.rows
        self.rows[session.session_id] = session

    def get(self, session_id: str) -> Session | None:
        return self.rows.get(session_id)

    def rotate(self, session: Session, rotated: Session) -> bool:
        found = self.rows.get(session.session_id)
        if found is None or found.secret_hash != session.secret_hash:
            return False
        self.rows[session.session_id] = rotated
        return True

    def end(self, session_id: str) -> None:
        self.rows.pop(session_id, None)

    def of_user(self, user_id: str) -> list[Session]:
        return [session for session in self.rows.values() if session.user_id == user_id]


class FakeApiKeys:
    """Implements `shared.accounts.api_key.ApiKeysRepository`. `notes` counts the writes of uses."""

    def __init__(self) -> None:
        self.rows: dict[str, ApiKey] = {}
        self.reads = 0
        self.notes = 0

    def add(self, key: ApiKey) -> None:
        assert key.key_id not in self.rows
        self.rows[key.key_id] = key

    def get(self, key_id: str) -> ApiKey | None:
        self.reads += 1
        return self.rows.get(key_id)

    def of_account(self, account_id: str) -> Sequence[ApiKey]:
        found = [key for key in self.rows.values() if key.account_id == account_id]
        return sorted(found, key=lambda key: key.created_at, reverse=True)

    def replace(self, old: ApiKey, new: ApiKey, expires_at: int | None) -> bool:
        found = self.rows.get(old.key_id)
        if found is None or found.account_id != old.account_id or found.replaced_by is not None:
            return False
        self.rows[new.key_id] = new
        if expires_at is None:
            del self.rows[old.key_id]
        else:
            ends = {"expires_at": expires_at, "replaced_by": new.key_id}
            self.rows[old.key_id] = found.model_copy(update=ends)
        return True

    def remove(self, key_id: str, account_id: str) -> bool:
        found = self.rows.get(key_id)
        if found is None or found.account_id != account_id:
            return False
        del self.rows[key_id]
        return True

    def note_use(self, key: ApiKey, now: float) -> None:
        found = self.rows.get(key.key_id)
        if found is not None and is_use_news(found, now):
            self.notes += 1
            self.rows[key.key_id] = found.model_copy(update={"used_at": now})


class FakeTries:
    """Implements `shared.accounts.tries.Tries`."""

    def __init__(self) -> None:
        self.stamps: dict[Counter, dict[str, float]] = {}

    def take(self, token: str, at: float, *counters: Counter) -> None:
        now = {counter: keep_recent(self.stamps.get(counter, {}), counter.policy, at) for counter in counters}
        check_tries(now, at)
        for counter in counters:
            self.stamps[counter] = {**now[counter], token: at}

    def give_back(self, token: str, *counters: Counter) -> None:
        for counter in counters:
            self.stamps.get(counter, {}).pop(token, None)

    def forget(self, *counters: Counter) -> None:
        for counter in counters:
            self.stamps.pop(counter, None)


class FakeSender:
    """Keeps what would be sent. `broken` is what SES says instead."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, str]] = []
        self.broken: Exception | None = None

    def send(self, to: str, subject: str, text: str) -> None:
        if self.broken is not None:
            raise self.broken
        self.sent.append((to, subject, text))
