"""E-mail addresses that identify accounts: one spelling for each mailbox."""

from email_validator import EmailNotValidError, validate_email

from shared.errors import DomainProblem

LONGEST = 254
"""RFC 5321, section 4.5.3.1.3, without the angle brackets."""


class EmailInvalid(DomainProblem):
    status = 422
    type = "validation"
    title = "The request is not valid"

    def __init__(self, reason: str) -> None:
        error = {"field": "email", "location": "body", "message": reason}
        super().__init__(f"email: {reason}", extra={"errors": [error]})


def normalise_email(text: str) -> str:
    """The address in lower-case ASCII, with an international domain in its IDNA form. Raises EmailInvalid.

    The part before the @ has to be ASCII, since SES does not support RFC 6531. Its case is dropped: no major provider
    distinguishes `Ann@` from `ann@`, and two accounts for one mailbox help nobody. `.test` is accepted like any other
    domain, because addresses of the embedded cloud end in it.
    """
    if len(text) > LONGEST:
        raise EmailInvalid(f"it is longer than {LONGEST} characters")
    try:
        found = validate_email(
            text.strip(), check_deliverability=False, test_environment=True, allow_smtputf8=False, strict=True
        )
    except EmailNotValidError as error:
        raise EmailInvalid(str(error)) from error
    address = f"{found.local_part.lower()}@{found.ascii_domain.lower()}"
    if len(address) > LONGEST:
        raise EmailInvalid(f"it is longer than {LONGEST} characters")
    return address
