"""Ids and secrets. A secret is stored as its digest only, so a stolen database opens nothing."""

import hashlib
import secrets
import uuid


def new_id() -> str:
    """32 hexadecimal characters, random: nobody can guess another's id."""
    return uuid.uuid4().hex


def new_token(prefix: str = "") -> str:
    """256 random bits in characters that fit a cookie and a URL."""
    return prefix + secrets.token_urlsafe(32)


def new_password() -> str:
    """120 random bits, for the first administrator; short enough to type once."""
    return secrets.token_urlsafe(15)


def digest(token: str) -> str:
    """sha256 in hexadecimal. Tokens are random, so a slow hash would add nothing."""
    return hashlib.sha256(token.encode()).hexdigest()
