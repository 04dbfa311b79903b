"""What is stored in the place of what nobody may read back."""

import hashlib


def hash_secret(secret: str) -> str:
    """Of 256 random bits, so that one fast round is enough."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def hash_email(email: str) -> str:
    """What a normalised address is looked up and counted under: no address stands in a key, an index or a meter."""
    return hash_secret(email)[:40]
