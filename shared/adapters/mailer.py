"""Mail through SES: plain text to one address."""

from typing import Any

LONGEST_TEXT = 20_000


class Mailer:
    """`sender` is an address whose domain SES has verified."""

    def __init__(self, client: Any, sender: str) -> None:
        self._client = client
        self._sender = sender

    def send(self, to: str, subject: str, text: str) -> None:
        """Raises SES's own error if SES refuses the mail; the caller decides whether to try again."""
        self._client.send_email(
            FromEmailAddress=self._sender,
            Destination={"ToAddresses": [to]},
            Content={"Simple": {"Subject": _encode(subject), "Body": {"Text": _encode(text[:LONGEST_TEXT])}}},
        )


def _encode(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}
