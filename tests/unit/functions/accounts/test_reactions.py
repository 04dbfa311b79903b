"""What happens after a request: mails are sent, administrators made, whatever crashes in between."""

import pytest

from functions.accounts.send_mail.send import send_mail
from functions.accounts.set_role.role import AccountChanged, NoSuchAccount, RoleChange, change_role
from shared.accounts.mail import MailKind, make_mail
from shared.accounts.user import Role
from tests.fakes.accounts_world import EMAIL, SITE, AccountsWorld, SignedInWorld


class Refused(Exception):
    """What SES says."""


def test_a_mail_is_sent_once_however_often_its_record_comes(world: AccountsWorld) -> None:
    world.post("/auth/forgot-password", {"email": EMAIL})
    world.has_account()
    world.post("/auth/forgot-password", {"email": EMAIL})
    assert [len(world.deliver()) for _ in range(3)] == [1, 0, 0]


def test_a_mail_that_was_not_sent_is_sent_later_with_a_link_that_works(world: AccountsWorld) -> None:
    world.post("/auth/register", {"email": EMAIL, "password": "correct horse battery"})
    world.sender.broken = Refused()
    with pytest.raises(Refused):
        world.deliver()
    world.sender.broken = None
    assert len(world.deliver()) == 1
    assert world.post("/auth/verify-email", {"token": world.token()}).status_code == 200


def test_after_a_crash_the_mail_comes_again_and_its_newest_link_works(
    world: AccountsWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.post("/auth/register", {"email": EMAIL, "password": "correct horse battery"})
    with monkeypatch.context() as crashing:
        crashing.setattr(world.mails, "mark_sent", lambda mail, now: None)
        world.deliver()
    first = world.token()
    world.deliver()
    assert world.post("/auth/verify-email", {"token": first}).status_code == 404
    assert world.post("/auth/verify-email", {"token": world.token()}).status_code == 200


def test_what_is_gone_is_not_sent(world: AccountsWorld) -> None:
    assert send_mail("mail_gone", world.mails, world.sender, SITE, world.now) is None


def test_no_secret_of_a_link_is_kept(world: AccountsWorld) -> None:
    world.post("/auth/register", {"email": EMAIL, "password": "correct horse battery"})
    world.deliver()
    secret = world.token().partition(".")[2]
    assert secret not in "".join(mail.model_dump_json() for mail in world.mails.rows.values())


def test_a_notice_is_forgotten_when_it_is_sent(world: AccountsWorld) -> None:
    world.mails.add(make_mail(MailKind.PASSWORD_CHANGED, EMAIL, world.now))
    assert len(world.deliver()) == 1
    assert not world.mails.rows


def test_an_operator_makes_an_administrator_who_signs_in_anew(world: AccountsWorld, ann: SignedInWorld) -> None:
    asked = RoleChange(email="Ann@Example.test", role=Role.ADMIN)
    assert change_role(asked, world.users, world.sessions).role is Role.ADMIN
    assert ann.ask("GET", "/me").status_code == 401
    assert ann.refresh().status_code == 401
    again = world.signs_in()
    assert again.ask("GET", "/me").json()["scopes"] == ["account", "admin", "subscriptions:*"]
    change_role(asked, world.users, world.sessions)
    assert again.ask("GET", "/me").status_code == 200, "what is so already ends no session"


def test_nobody_without_an_account_is_made_one(world: AccountsWorld) -> None:
    with pytest.raises(NoSuchAccount, match="register"):
        change_role(RoleChange(email="bob@example.test", role=Role.ADMIN), world.users, world.sessions)


def test_a_role_that_lost_a_race_is_told(
    world: AccountsWorld, ann: SignedInWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world.users, "set_role", lambda user, role: False)
    with pytest.raises(AccountChanged):
        change_role(RoleChange(email=EMAIL, role=Role.ADMIN), world.users, world.sessions)
