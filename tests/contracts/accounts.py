"""What the stores of accounts promise: one suite for the tables and for the fakes that stand in for them."""

from typing import Any

import pytest

from shared.accounts.api_key import ApiKey, ApiKeysRepository
from shared.accounts.mail import Mail, MailKind, MailsRepository, make_mail
from shared.accounts.session import Session, SessionsRepository, begin_session, rotate_session
from shared.accounts.tries import Counter, TooManyTries, Tries
from shared.accounts.user import Role, User, UsersRepository
from shared.rate_limits import Policy

NOW = 1_800_000_000.0


def a_user(user_id: str = "usr_1", email: str = "ann@example.test", **changes: Any) -> User:
    return User(user_id=user_id, email=email, password_hash="hash", created_at=NOW, **changes)


def a_sent_mail(mails: MailsRepository, kind: MailKind = MailKind.VERIFY, link_hash: str = "link") -> Mail:
    mail = make_mail(kind, "ann@example.test", NOW, user_id="usr_1")
    mails.add(mail)
    assert mails.arm(mail, link_hash)
    mails.mark_sent(mail, NOW + 1)
    found = mails.get(mail.mail_id)
    assert found is not None
    return found


def a_key(key_id: str = "4fK0s8Qd1ZpB", account_id: str = "usr_1", **changes: Any) -> ApiKey:
    values = {"name": "nightly", "secret_hash": "hash", "created_at": NOW, **changes}
    return ApiKey(key_id=key_id, account_id=account_id, **values)


class MailsContract:
    """A subclass gives the fixture `mails`: an empty store."""

    def test_a_mail_is_kept_as_it_is_written(self, mails: MailsRepository) -> None:
        registration = make_mail(MailKind.VERIFY, "ann@example.test", NOW, password_hash="hash")
        of_account = make_mail(MailKind.RESET, "ann@example.test", NOW, user_id="usr_1", credentials=3)
        for mail in (registration, of_account):
            mails.add(mail)
            assert mails.get(mail.mail_id) == mail
            assert mails.of_subject(mail.subject) == [mail]
        assert mails.get("mail_none") is None

    def test_a_mail_that_was_sent_gets_no_other_link(self, mails: MailsRepository) -> None:
        mail = a_sent_mail(mails)
        assert (mail.link_hash, mail.sent_at) == ("link", NOW + 1)
        assert not mails.arm(mail, "another")
        assert mails.get(mail.mail_id) == mail

    def test_what_is_removed_stays_removed(self, mails: MailsRepository) -> None:
        mail = a_sent_mail(mails)
        mails.remove(mail)
        mails.remove(mail)
        mails.mark_sent(mail, NOW)
        assert not mails.arm(mail, "another")
        assert mails.get(mail.mail_id) is None


class UsersContract:
    """A subclass gives the fixtures `users` and `mails`, which are empty and belong together."""

    def test_a_user_is_found_by_id_and_by_address(self, users: UsersRepository) -> None:
        assert users.create(a_user())
        assert users.get("usr_1") == users.find_by_email("ann@example.test") == a_user()
        assert users.get("usr_2") is users.find_by_email("bob@example.test") is None

    def test_an_address_has_one_user(self, users: UsersRepository) -> None:
        assert users.create(a_user())
        assert not users.create(a_user("usr_2"))
        assert not users.create(a_user(email="other@example.test"))
        assert users.get("usr_2") is None
        assert users.find_by_email("other@example.test") is None

    def test_a_link_makes_one_user(self, users: UsersRepository, mails: MailsRepository) -> None:
        mail = a_sent_mail(mails)
        assert users.create(a_user(), mail)
        assert mails.get(mail.mail_id) is None
        assert not users.create(a_user("usr_2", "bob@example.test"), mail)
        assert users.find_by_email("bob@example.test") is None

    def test_a_link_is_not_used_up_by_what_did_not_happen(self, users: UsersRepository, mails: MailsRepository) -> None:
        assert users.create(a_user())
        mail = a_sent_mail(mails)
        assert not users.create(a_user("usr_2"), mail)
        assert mails.get(mail.mail_id) == mail

    def test_another_password_counts_the_credentials(self, users: UsersRepository, mails: MailsRepository) -> None:
        assert users.create(a_user())
        mail = a_sent_mail(mails, MailKind.RESET)
        assert users.set_password(a_user(), "new", mail)
        assert users.get("usr_1") == a_user().model_copy(update={"password_hash": "new", "credentials": 2})
        assert not users.set_password(a_user(), "newer")
        assert not users.set_password(a_user("usr_9"), "newer")

    def test_an_address_moves_with_its_user(self, users: UsersRepository, mails: MailsRepository) -> None:
        assert users.create(a_user())
        mail = a_sent_mail(mails, MailKind.CHANGE_EMAIL)
        assert users.set_email(a_user(), "new@example.test", mail)
        assert users.find_by_email("ann@example.test") is None
        moved = users.find_by_email("new@example.test")
        assert moved == a_user(email="new@example.test")
        assert users.create(a_user("usr_2"))

    def test_nobody_takes_an_address_that_is_taken(self, users: UsersRepository, mails: MailsRepository) -> None:
        assert users.create(a_user())
        assert users.create(a_user("usr_2", "bob@example.test"))
        mail = a_sent_mail(mails, MailKind.CHANGE_EMAIL)
        assert not users.set_email(a_user(), "bob@example.test", mail)
        assert users.find_by_email("ann@example.test") == a_user()

    def test_another_role_counts_the_credentials(self, users: UsersRepository) -> None:
        assert users.create(a_user())
        assert users.set_role(a_user(), Role.ADMIN)
        assert users.get("usr_1") == a_user(role=Role.ADMIN, credentials=2)
        assert not users.set_role(a_user(), Role.CUSTOMER)

    def test_the_first_stripe_customer_stands(self, users: UsersRepository) -> None:
        assert users.create(a_user())
        assert users.set_stripe_customer("usr_1", "cus_1") == "cus_1"
        assert users.set_stripe_customer("usr_1", "cus_2") == "cus_1"
        assert users.set_stripe_customer("usr_9", "cus_2") is None
        assert users.get("usr_9") is None
        assert users.get("usr_1") == a_user(stripe_customer_id="cus_1")

    def test_who_is_being_erased_changes_no_more(self, users: UsersRepository, mails: MailsRepository) -> None:
        assert users.create(a_user())
        assert users.begin_erasure("usr_1", NOW + 5)
        assert users.begin_erasure("usr_1", NOW + 9)
        assert not users.begin_erasure("usr_9", NOW)
        found = users.get("usr_1")
        assert found is not None
        assert found.erasing_at == NOW + 5
        assert not users.set_password(found, "new")
        assert not users.set_role(found, Role.ADMIN)
        assert not users.set_email(found, "new@example.test", a_sent_mail(mails))

    def test_who_is_erased_leaves_the_address_free(self, users: UsersRepository) -> None:
        assert users.create(a_user())
        users.erase(a_user())
        users.erase(a_user())
        assert users.get("usr_1") is users.find_by_email("ann@example.test") is None
        assert users.create(a_user("usr_2"))
        users.erase(a_user())
        assert users.find_by_email("ann@example.test") == a_user("usr_2")


class SessionsContract:
    """A subclass gives the fixture `sessions`: an empty store."""

    def a_session(self) -> Session:
        return begin_session(a_user(), "secret", NOW)

    def test_a_session_is_kept_as_it_began(self, sessions: SessionsRepository) -> None:
        session = self.a_session()
        sessions.add(session)
        assert sessions.get(session.session_id) == session
        assert sessions.of_user("usr_1") == [session]
        assert sessions.get("ses_none") is None

    def test_of_those_who_rotate_what_they_read_one_does(self, sessions: SessionsRepository) -> None:
        session = self.a_session()
        sessions.add(session)
        first, second = (rotate_session(session, secret, NOW + 10) for secret in ("one", "two"))
        assert [sessions.rotate(session, first), sessions.rotate(session, second)] == [True, False]
        assert sessions.get(session.session_id) == first

    def test_a_session_that_ended_does_not_come_back(self, sessions: SessionsRepository) -> None:
        session = self.a_session()
        sessions.add(session)
        sessions.end(session.session_id)
        sessions.end(session.session_id)
        assert not sessions.rotate(session, rotate_session(session, "new", NOW))
        assert sessions.get(session.session_id) is None
        assert sessions.of_user("usr_1") == []


class ApiKeysContract:
    """A subclass gives the fixture `keys`: an empty store."""

    def test_a_key_is_kept_as_it_was_minted(self, keys: ApiKeysRepository) -> None:
        limited = a_key(subscriptions=("sub_1",), expires_at=int(NOW) + 60)
        later = a_key("laterkey0000", created_at=NOW + 1)
        for key in (limited, later, a_key("another00000", "usr_2")):
            keys.add(key)
        assert keys.get(limited.key_id) == limited
        assert keys.get("nosuchkey000") is None
        assert list(keys.of_account("usr_1")) == [later, limited]

    @pytest.mark.parametrize("ends", [None, int(NOW) + 60])
    def test_a_key_is_replaced_once(self, keys: ApiKeysRepository, ends: int | None) -> None:
        old, new = a_key(), a_key("newkey000000")
        keys.add(old)
        assert keys.replace(old, new, ends)
        assert not keys.replace(old, a_key("newerkey0000"), ends)
        assert keys.get(new.key_id) == new
        assert keys.get("newerkey0000") is None
        left = keys.get(old.key_id)
        assert left == (None if ends is None else a_key(expires_at=ends, replaced_by=new.key_id))

    def test_only_its_owner_removes_a_key(self, keys: ApiKeysRepository) -> None:
        keys.add(a_key())
        assert not keys.remove("4fK0s8Qd1ZpB", "usr_2")
        assert keys.remove("4fK0s8Qd1ZpB", "usr_1")
        assert not keys.remove("4fK0s8Qd1ZpB", "usr_1")

    def test_its_use_is_noted_once_an_hour(self, keys: ApiKeysRepository) -> None:
        key = a_key()
        keys.add(key)
        for seconds in (0, 10, 3599, 3600, 3700):
            keys.note_use(key, NOW + seconds)
        assert keys.get(key.key_id) == a_key(used_at=NOW + 3600)
        keys.remove(key.key_id, "usr_1")
        keys.note_use(key, NOW + 9000)
        assert keys.get(key.key_id) is None


TWICE, THRICE = (Counter(Policy(name=name, quota=n, window_seconds=60), "x") for name, n in (("a", 2), ("b", 3)))


class TriesContract:
    """A subclass gives the fixture `tries`: nothing was tried yet."""

    def took(self, tries: Tries, at: float, *counters: Counter, token: str = "") -> bool:
        try:
            tries.take(token or f"t{at}", at, *counters)
        except TooManyTries:
            return False
        return True

    def test_a_try_is_counted_everywhere_or_nowhere(self, tries: Tries) -> None:
        assert [self.took(tries, NOW + n, TWICE, THRICE) for n in range(3)] == [True, True, False]
        assert [self.took(tries, NOW + n, THRICE) for n in (10, 11)] == [True, False]

    def test_the_window_moves_on(self, tries: Tries) -> None:
        assert [self.took(tries, NOW + n, TWICE) for n in (0, 30, 59, 60, 89, 90)] == [
            True, True, False, True, False, True,
        ]  # fmt: skip

    def test_what_is_given_back_was_not_tried(self, tries: Tries) -> None:
        for token in ("one", "two"):
            assert self.took(tries, NOW, TWICE, token=token)
        for token in ("two", "two", "never"):
            tries.give_back(token, TWICE, THRICE)
        assert [self.took(tries, NOW + n, TWICE) for n in (1, 2)] == [True, False]

    def test_what_is_forgotten_leaves_nothing(self, tries: Tries) -> None:
        for n in range(2):
            assert self.took(tries, NOW + n, TWICE)
        tries.forget(TWICE, THRICE)
        assert [self.took(tries, NOW + n, TWICE) for n in range(3)] == [True, True, False]

    def test_who_is_refused_learns_how_long_to_wait(self, tries: Tries) -> None:
        for n in range(2):
            assert self.took(tries, NOW + n, TWICE)
        with pytest.raises(TooManyTries) as refused:
            tries.take("late", NOW + 20, TWICE)
        assert refused.value.headers["retry-after"] == "40"
