"""The texts of mails: plain text of our own, without anything that somebody else wrote."""

from dataclasses import dataclass

from shared.accounts.mail import LINK_SECONDS, MailKind

HOUR = 3600


@dataclass(frozen=True)
class WrittenMail:
    subject: str
    text: str


@dataclass(frozen=True)
class _Template:
    """`page` is the target of the link; `text` has placeholders for `{link}` and `{hours}`."""

    subject: str
    text: str
    page: str = ""


_TEMPLATES = {
    MailKind.VERIFY: _Template(
        "Confirm your e-mail address",
        "Welcome. Follow this link within {hours} hours to confirm your address; your account is there then:\n\n"
        "{link}\n\nIf you did not register, ignore this mail: nothing happens without the link.",
        "verify-email",
    ),
    MailKind.HAS_ACCOUNT: _Template(
        "You have an account already",
        "Somebody, perhaps you, has just registered with your address. You have an account already: sign in as usual. "
        "If you have forgotten the password, set another within {hours} hour:\n\n{link}\n\n"
        "If it was not you, ignore this mail: nothing has changed.",
        "reset-password",
    ),
    MailKind.RESET: _Template(
        "Set another password",
        "Follow this link within {hours} hour to set another password:\n\n{link}\n\n"
        "If you did not ask for it, ignore this mail: your password still works.",
        "reset-password",
    ),
    MailKind.CHANGE_EMAIL: _Template(
        "Confirm your new e-mail address",
        "Follow this link within {hours} hours to use this address for your account:\n\n{link}\n\n"
        "If you did not ask for it, ignore this mail.",
        "verify-email",
    ),
    MailKind.EMAIL_CHANGED: _Template(
        "Your e-mail address has changed",
        "Your account has another e-mail address now, and this one no longer signs in. If it was not you who changed "
        "it, answer this mail.",
    ),
    MailKind.PASSWORD_CHANGED: _Template(
        "Your password has changed",
        "Your account has another password now, and every device was signed out. If it was not you who changed it, "
        "set another: {link}",
        "forgot-password",
    ),
}


def write_mail(kind: MailKind, site: str, token: str) -> WrittenMail:
    """`site` is the marketplace's address. A link's token stands after the #, so that no server can log it."""
    template = _TEMPLATES[kind]
    carried = f"#token={token}" if kind in LINK_SECONDS else ""
    hours = LINK_SECONDS.get(kind, 0) // HOUR
    text = template.text.format(link=f"{site}/{template.page}{carried}", hours=hours)
    return WrittenMail(template.subject, f"{text}\n\nMeta-Agent Marketplace\n{site}\n")
