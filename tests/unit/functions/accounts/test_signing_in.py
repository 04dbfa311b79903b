"""Registering, signing in, staying signed in and signing out, as people and thieves do it."""

import pytest

from shared.accounts.mail import MailKind
from shared.accounts.session import GRACE_SECONDS, IDLE_SECONDS, LONGEST_SECONDS
from tests.fakes.accounts_world import EMAIL, PASSWORD, AccountsWorld, SignedInWorld, cookie_of

NEW_PASSWORD = "another battery staple"


def test_an_account_is_registered_verified_used_and_left(world: AccountsWorld) -> None:
    assert world.post("/auth/register", {"email": "Ann@Example.TEST", "password": PASSWORD}).status_code == 202
    [(to, _, _)] = world.deliver()
    assert to == EMAIL
    assert world.post("/auth/login", {"email": EMAIL, "password": PASSWORD}).status_code == 401
    assert world.post("/auth/verify-email", {"token": world.token()}).json() == {"email": EMAIL}
    ann = world.signs_in()
    me = ann.ask("GET", "/me").json()
    assert (me["email"], me["role"], me["scopes"]) == (EMAIL, "customer", ["account", "subscriptions:*"])
    assert ann.refresh().status_code == 200
    assert world.post("/auth/logout", headers={"cookie": f"__Secure-mam_refresh={ann.cookie}"}).status_code == 204
    assert ann.ask("GET", "/me").status_code == 401
    assert ann.refresh().status_code == 401


def test_the_refresh_token_is_in_a_cookie_that_scripts_and_other_sites_cannot_use(world: AccountsWorld) -> None:
    world.has_account()
    answer = world.post("/auth/login", {"email": EMAIL, "password": PASSWORD})
    _, *attributes = answer.headers["set-cookie"].split("; ")
    assert set(attributes) == {f"Max-Age={IDLE_SECONDS}", "Path=/api/v1/auth", "HttpOnly", "Secure", "SameSite=Strict"}
    assert cookie_of(answer) not in answer.text


def test_a_link_works_once(world: AccountsWorld) -> None:
    world.post("/auth/register", {"email": EMAIL, "password": PASSWORD})
    world.deliver()
    answers = [world.post("/auth/verify-email", {"token": world.token()}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 404]
    assert answers[1].json()["type"] == "link-invalid"


def test_a_link_that_is_not_whole_does_nothing(world: AccountsWorld) -> None:
    world.post("/auth/register", {"email": EMAIL, "password": PASSWORD})
    world.deliver()
    token = world.token()
    mail_id = token.partition(".")[0]
    spoiled = (token[:-1], token + "x", mail_id, f"{mail_id}.", "", "mail_.x", "users#x.y")
    answers = [world.post("/auth/verify-email", {"token": each}).status_code for each in spoiled]
    assert answers == [404] * len(spoiled)
    assert not world.users.rows


def test_a_link_expires_and_none_is_for_another_purpose(world: AccountsWorld) -> None:
    world.has_account()
    world.post("/auth/forgot-password", {"email": EMAIL})
    world.deliver()
    assert world.post("/auth/verify-email", {"token": world.token()}).status_code == 404
    world.now += 3601
    again = {"token": world.token(), "password": NEW_PASSWORD}
    assert world.post("/auth/reset-password", again).status_code == 404


def test_no_answer_tells_who_has_an_account(world: AccountsWorld) -> None:
    world.has_account()
    for path in ("/auth/register", "/auth/forgot-password"):
        body = {"password": PASSWORD} if path == "/auth/register" else {}
        known, unknown = (world.post(path, {"email": who, **body}) for who in (EMAIL, "bob@example.test"))
        assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    wrong, unknown = (
        world.post("/auth/login", {"email": who, "password": "wrong password"}) for who in (EMAIL, "bob@example.test")
    )
    told = [{**answer.json(), "request_id": ""} for answer in (wrong, unknown)]
    assert wrong.status_code == unknown.status_code == 401
    assert told[0] == told[1]


def test_every_way_in_asks_for_as_much_bcrypt_whether_or_not_there_is_an_account(world: AccountsWorld) -> None:
    world.has_account()
    counts: list[int] = []
    for path in ("/auth/register", "/auth/login", "/auth/forgot-password"):
        for who in (EMAIL, "bob@example.test"):
            before = world.bcrypts
            body = {"email": who} | ({} if "forgot" in path else {"password": "wrong password"})
            world.post(path, body)
            counts.append(world.bcrypts - before)
    assert counts == [1, 1, 1, 1, 0, 0]


def test_mails_tell_the_owner_of_an_address_alone(world: AccountsWorld) -> None:
    world.has_account()
    for who in (EMAIL, "bob@example.test"):
        world.post("/auth/forgot-password", {"email": who})
    assert [to for to, _, _ in world.deliver()] == [EMAIL]
    world.post("/auth/register", {"email": EMAIL, "password": NEW_PASSWORD})
    [(to, subject, _)] = world.deliver()
    assert (to, "already" in subject) == (EMAIL, True)
    assert not [mail for mail in world.mails.rows.values() if mail.kind is MailKind.NOBODY]


def test_who_registers_for_another_gets_nothing_by_it(world: AccountsWorld) -> None:
    world.post("/auth/register", {"email": EMAIL, "password": "the thief's password"})
    world.has_account()
    assert world.post("/auth/login", {"email": EMAIL, "password": "the thief's password"}).status_code == 401
    assert world.post("/auth/login", {"email": EMAIL, "password": PASSWORD}).status_code == 200


def test_another_password_ends_every_session(world: AccountsWorld, ann: SignedInWorld) -> None:
    elsewhere = world.signs_in()
    world.post("/auth/forgot-password", {"email": EMAIL})
    world.deliver()
    token = world.token()
    assert world.post("/auth/reset-password", {"token": token, "password": "short"}).status_code == 422
    assert world.post("/auth/reset-password", {"token": token, "password": NEW_PASSWORD}).status_code == 200
    assert world.post("/auth/reset-password", {"token": token, "password": NEW_PASSWORD}).status_code == 404
    for session in (ann, elsewhere):
        assert session.ask("GET", "/me").status_code == 401
        assert session.refresh().status_code == 401
    assert world.post("/auth/login", {"email": EMAIL, "password": PASSWORD}).status_code == 401
    world.signs_in(password=NEW_PASSWORD)
    assert [subject for _, subject, _ in world.deliver()] == ["Your password has changed"]


def test_links_from_before_the_password_changed_are_over(world: AccountsWorld, ann: SignedInWorld) -> None:
    """A thief who knew the password, or read a mail, keeps no way in."""
    for _ in range(2):
        world.post("/auth/forgot-password", {"email": EMAIL})
    ann.ask("POST", "/me/email", {"email": "thief@example.test", "password": PASSWORD})
    mails = {to: text for to, _, text in world.deliver()}
    reset, move = (mails[to].partition("#token=")[2].split()[0] for to in (EMAIL, "thief@example.test"))
    other = next(text for _, _, text in world.sender.sent[-3:] if "reset-password" in text and reset not in text)
    assert world.post("/auth/reset-password", {"token": reset, "password": NEW_PASSWORD}).status_code == 200
    assert world.post("/auth/verify-email", {"token": move}).status_code == 404
    late = {"token": other.partition("#token=")[2].split()[0], "password": "the thief's password"}
    assert world.post("/auth/reset-password", late).status_code == 404
    world.signs_in(password=NEW_PASSWORD)


def test_a_mailbox_that_was_given_up_sets_no_password(world: AccountsWorld, ann: SignedInWorld) -> None:
    world.post("/auth/forgot-password", {"email": EMAIL})
    world.deliver()
    kept = world.token()
    ann.ask("POST", "/me/email", {"email": "ann@elsewhere.test", "password": PASSWORD})
    world.deliver()
    assert world.post("/auth/verify-email", {"token": world.token()}).status_code == 200
    answer = world.post("/auth/reset-password", {"token": kept, "password": NEW_PASSWORD})
    assert (answer.status_code, "elsewhere" in answer.text) == (404, False)
    world.signs_in("ann@elsewhere.test")


def test_a_session_that_was_overlooked_when_the_password_changed_cannot_be_refreshed(
    world: AccountsWorld, ann: SignedInWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The index by user may lag."""
    monkeypatch.setattr(world.sessions, "of_user", lambda user_id: [])
    world.post("/auth/forgot-password", {"email": EMAIL})
    world.deliver()
    world.post("/auth/reset-password", {"token": world.token(), "password": NEW_PASSWORD})
    assert ann.refresh().status_code == 401
    assert ann.ask("GET", "/me").status_code == 401


def test_an_account_is_closed_to_guesses_for_a_while_and_so_is_an_address(world: AccountsWorld) -> None:
    world.has_account()
    wrong = {"email": EMAIL, "password": "wrong password"}
    assert [world.post("/auth/login", wrong).status_code for _ in range(11)] == [401] * 10 + [429]
    refused = world.post("/auth/login", {"email": EMAIL, "password": PASSWORD})
    assert (refused.status_code, int(refused.headers["retry-after"]) > 0) == (429, True)
    assert "q=10;w=900" in refused.headers["ratelimit-policy"]
    others = [world.post("/auth/login", {**wrong, "email": f"p{n}@example.test"}).status_code for n in range(41)]
    assert others == [401] * 40 + [429]
    world.now += 901
    world.signs_in()


def test_who_signs_in_rightly_is_never_closed_out(world: AccountsWorld) -> None:
    world.has_account()
    for _ in range(60):
        world.signs_in()


def test_mails_that_strangers_ask_for_are_few(world: AccountsWorld) -> None:
    answers = [world.post("/auth/forgot-password", {"email": EMAIL}).status_code for _ in range(6)]
    assert answers == [202] * 5 + [429]
    assert world.post("/auth/register", {"email": EMAIL, "password": PASSWORD}).status_code == 429


def test_a_cookie_changes_with_every_use(world: AccountsWorld, ann: SignedInWorld) -> None:
    cookies = [ann.cookie]
    for _ in range(5):
        world.now += 600
        answer = ann.refresh(cookies[-1])
        assert answer.status_code == 200
        cookies.append(cookie_of(answer))
    assert len(set(cookies)) == 6


def test_an_old_cookie_ends_its_session(world: AccountsWorld, ann: SignedInWorld) -> None:
    elsewhere = world.signs_in()
    second = cookie_of(ann.refresh())
    third = cookie_of(ann.refresh(second))
    stolen = ann.refresh(ann.cookie)
    assert (stolen.status_code, "Max-Age=0" in stolen.headers["set-cookie"]) == (401, True)
    assert ann.refresh(third).status_code == 401
    assert ann.ask("GET", "/me").status_code == 401
    assert elsewhere.refresh().status_code == 200


def test_the_cookie_before_is_forgiven_for_a_moment_and_no_longer(world: AccountsWorld, ann: SignedInWorld) -> None:
    current = cookie_of(ann.refresh())
    late = ann.refresh(ann.cookie)
    assert (late.status_code, late.headers["retry-after"], "set-cookie" in late.headers) == (409, "1", False)
    current = cookie_of(ann.refresh(current))
    world.now += GRACE_SECONDS + 1
    assert ann.refresh(current).status_code == 200
    world.now += GRACE_SECONDS + 1
    assert ann.refresh(current).status_code == 401


def test_a_session_ends_when_nobody_uses_it_and_at_last_in_any_case(world: AccountsWorld, ann: SignedInWorld) -> None:
    start, cookie = world.now, ann.cookie
    while world.now < start + LONGEST_SECONDS - IDLE_SECONDS:
        world.now += IDLE_SECONDS - 10
        cookie = cookie_of(ann.refresh(cookie))
    world.now = start + LONGEST_SECONDS + 1
    assert ann.refresh(cookie).status_code == 401
    other = world.signs_in()
    world.now += IDLE_SECONDS + 1
    assert other.refresh().status_code == 401


@pytest.mark.parametrize("cookie", ["", "x", "ses_x.y", "ses_" + "0" * 32 + "." + "a" * 43, "\xff" * 10])
def test_a_cookie_that_is_none_is_refused(world: AccountsWorld, cookie: str) -> None:
    answer = world.post("/auth/refresh", headers=[(b"cookie", b"__Secure-mam_refresh=" + cookie.encode("latin-1"))])
    assert (answer.status_code, answer.json()["type"]) == (401, "session-over")
    assert world.post("/auth/logout").status_code == 204


def test_an_address_moves_by_the_link_of_a_mail_to_it(world: AccountsWorld, ann: SignedInWorld) -> None:
    wanted = {"email": "ann@elsewhere.test", "password": PASSWORD}
    assert ann.ask("POST", "/me/email", {**wanted, "password": "wrong password"}).status_code == 401
    assert ann.ask("POST", "/me/email", wanted).status_code == 202
    [(to, _, _)] = world.deliver()
    assert to == "ann@elsewhere.test"
    assert ann.ask("GET", "/me").json()["email"] == EMAIL
    assert world.post("/auth/verify-email", {"token": world.token()}).status_code == 200
    assert ann.ask("GET", "/me").json()["email"] == "ann@elsewhere.test"
    assert [(to, subject) for to, subject, _ in world.deliver()] == [(EMAIL, "Your e-mail address has changed")]


def test_an_address_that_somebody_has_is_not_told_of(world: AccountsWorld, ann: SignedInWorld) -> None:
    world.has_account("bob@example.test")
    world.deliver()
    answer = ann.ask("POST", "/me/email", {"email": "bob@example.test", "password": PASSWORD})
    assert (answer.status_code, world.deliver()) == (202, [])
