"""bcrypt, for passwords (`shared.accounts.password`) and API keys (`shared.accounts.api_key`)."""

import bcrypt


def bcrypt_hash(secret: bytes, cost: int) -> str:
    """`secret` is at most 72 bytes without NUL; bcrypt 5 itself refuses longer secrets."""
    return bcrypt.hashpw(secret, bcrypt.gensalt(cost)).decode()


def bcrypt_fits(secret: bytes, hashed: str) -> bool:
    return bcrypt.checkpw(secret, hashed.encode())
