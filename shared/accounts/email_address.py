"""E-mail addresses as accounts are known by: one spelling for each mailbox."""

from email_validator import EmailNotValidError, validate_email

from shared.errors import DomainProblem

LONGEST = 254
"""RFC 5321, section 4.5.3.1.3, less the angle brackets."""


class EmailInvalid(DomainProblem):
    status = 422
    type = "validation"
    title = "The request is not valid"

    def __init__(self, reason: str) -> None:
        error = {"field": "email", "location": "body", "message": reason}
        super().__init__(f"email: {reason}", extra={"errors": [error]})


def normalise_email(text: str) -> str:
    """In ASCII and small letters; a domain in other letters as IDNA writes it. Raises EmailInvalid.

    The part before the @ is ASCII, too: SES sends to no other (RFC 6531 is not supported there). Its case is dropped:
    no provider of note tells `Ann@` from `ann@`, and two accounts for one mailbox help nobody. `.test` is a domain like
    any other here: it is what addresses of the embedded cloud end in.
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
