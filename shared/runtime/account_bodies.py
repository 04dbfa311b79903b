"""Request and response bodies that several sign-in routes share."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Email = Annotated[str, Field(description="An e-mail address that you read", examples=["ann@example.test"])]
Password = Annotated[
    str,
    Field(
        description="At least 10 characters; a sentence is good",
        examples=["correct horse battery"],
        json_schema_extra={"format": "password"},
        repr=False,
    ),
]
LinkToken = Annotated[
    str, Field(description="What the link in the mail carries after `token=`", examples=["mail_….…"], repr=False)
]


class TakenBody(BaseModel):
    model_config = ConfigDict(extra="forbid")


class EmailAndPassword(TakenBody):
    """Who it is."""

    email: Email
    password: Password


class EmailAlone(TakenBody):
    """Whom to write to."""

    email: Email


class LinkAlone(TakenBody):
    """The link of a mail."""

    token: LinkToken


class LinkAndPassword(TakenBody):
    """The link of a mail, and the password that is to be."""

    token: LinkToken
    password: Password


class MailOnItsWay(BaseModel):
    """Always the same answer."""

    status: Literal["mail_sent"] = Field(default="mail_sent", description="A mail goes to the address, if it may")


class SignedIn(BaseModel):
    """An access token. The refresh token is in a cookie."""

    access_token: str = Field(description="Send it as `Authorization: Bearer …`", repr=False)
    token_type: Literal["Bearer"] = Field(default="Bearer", description="How to send it")
    expires_in: int = Field(description="Seconds that the access token is valid")


class Confirmed(BaseModel):
    """Whose account it is."""

    email: str = Field(description="The account's address")
