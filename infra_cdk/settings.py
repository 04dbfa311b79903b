"""What an operator says about one deployment: CDK context (`-c name=value`, or "context" in cdk.json), checked here.

Everything else that can be changed stands in `infra_cdk.config`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields

# The shortest limit of AWS is 28 characters, for the search domain. Without hyphens no name of one deployment can read
# like a name of another.
PREFIX = re.compile(r"[a-z][a-z0-9]{1,15}")
ZONE = re.compile(r"[a-z]")
EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\"]+")
SITE = re.compile(r"https://[a-z0-9.-]+(?::\d+)?")
WORD = re.compile(r"[a-z]+(?:_[a-z]+)*")
OF_SYNTHESIS = ("target", "layers")
YES, NO = ("on", "true", "yes"), ("off", "false", "no")


class SettingInvalid(Exception):
    """A setting that nothing can be deployed with; the message says what it may be."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """`prefix` begins every name of the deployment, so that another one can stand beside it in the same account.

    `zones` are the letters of the region's zones in which agents run ("a" is us-east-1a in us-east-1); `search` says
    whether there is a search domain, which costs by the hour; alarms are mailed to `alarm_email`, if there is one.
    `mail_from` is what accounts get their mail from, at a domain that SES has verified; `site_url` is where links in it
    lead.
    """

    prefix: str = "mam"
    zones: tuple[str, ...] = ("a", "b")
    search: bool = True
    alarm_email: str = ""
    mail_from: str = "no-reply@mam.test"
    site_url: str = "https://mam.test"

    def __post_init__(self) -> None:
        if not PREFIX.fullmatch(self.prefix):
            raise SettingInvalid(
                f"prefix={self.prefix}: 2 to 16 small letters and digits, a letter first, as in prefix=mam"
            )
        if not self.zones or len(set(self.zones)) < len(self.zones) or not all(map(ZONE.fullmatch, self.zones)):
            raise SettingInvalid(
                f"zones={','.join(self.zones)}: letters of the region's zones, each once, as in zones=a,b"
            )
        if self.alarm_email and not EMAIL.fullmatch(self.alarm_email):
            raise SettingInvalid(f"alarm_email={self.alarm_email}: one address, as in alarm_email=you@example.org")
        if not EMAIL.fullmatch(self.mail_from):
            raise SettingInvalid(f"mail_from={self.mail_from}: one address, as in mail_from=no-reply@example.org")
        if not SITE.fullmatch(self.site_url):
            raise SettingInvalid(
                f"site_url={self.site_url}: an address without a slash at its end, as in site_url=https://example.org"
            )

    @property
    def stack_prefix(self) -> str:
        """`Mam` of `mam`: stacks are `Mam-Data`, `Mam-Api`, …"""
        return self.prefix.capitalize()

    @property
    def metrics_namespace(self) -> str:
        return self.prefix.upper()


def settings_of(context: Mapping[str, object]) -> Settings:
    """The settings among the values of a CDK context: text from the command line, JSON values from cdk.json.

    CDK's own values have other names (`aws:cdk:…`, `@aws-cdk/…`); whatever is written like a setting has to be one.
    """
    known = {*PARSERS, *OF_SYNTHESIS}
    unknown = sorted(name for name in context if WORD.fullmatch(name) and name not in known)
    if unknown:
        raise SettingInvalid(f"{', '.join(unknown)}: no such setting; there are {', '.join(sorted(known))}")
    given = {each.name: context[each.name] for each in fields(Settings) if context.get(each.name) is not None}
    parsed = {name: PARSERS[name](name, value) for name, value in given.items()}
    return Settings(**parsed)  # pyright: ignore[reportArgumentType]  # each parser gives its field's type


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise SettingInvalid(f"{name}={value}: a text is expected")
    return value.strip()


def _letters(name: str, value: object) -> tuple[str, ...]:
    listed = value.split(",") if isinstance(value, str) else value
    if not isinstance(listed, list | tuple):
        raise SettingInvalid(f"{name}={value}: letters are expected, as in {name}=a,b")
    return tuple(str(letter).strip() for letter in listed)  # pyright: ignore[reportUnknownVariableType,reportUnknownArgumentType]


def _switch(name: str, value: object) -> bool:
    said = str(value).strip().lower()
    if said not in (*YES, *NO):
        raise SettingInvalid(f"{name}={value}: on or off")
    return said in YES


PARSERS = {
    "prefix": _text,
    "zones": _letters,
    "search": _switch,
    "alarm_email": _text,
    "mail_from": _text,
    "site_url": _text,
}
