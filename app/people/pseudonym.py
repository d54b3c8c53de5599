"""What the models know a person by: the same for the same person, and not found in any list."""

from hashlib import blake2b

BYTES = 12


def pseudonym_of(user: str) -> str:
    """`user`: the id, whose 128 random bits nobody guesses."""
    return blake2b(user.encode(), digest_size=BYTES, person=b"asker").hexdigest()
