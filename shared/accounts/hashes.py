"""Hashes that are stored instead of secrets and addresses, so that nobody can read these back."""

import hashlib


def hash_secret(secret: str) -> str:
    """The hash of a secret of 256 random bits, for which one fast round is enough."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def hash_email(email: str) -> str:
    """The hash under which a normalised address is looked up and counted, so that no key, index or meter holds an
    address.
    """
    return hash_secret(email)[:40]
