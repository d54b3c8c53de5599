"""Every expected failure, by kind. `app/errors.py` maps the kinds to HTTP in one table.

KnowledgeBaseError
├── Invalid          the request makes no sense as asked; asking again will not help
├── NotFound         no such thing, or not for this user: the two look the same from outside
├── Conflict         it contradicts what is there already
├── Forbidden        known user, known thing, not allowed
├── Unauthenticated  nobody is signed in
├── TooLarge         over a limit that an admin can change
├── Unsupported      a media type that Colophon does not read
├── StorageFailed    the server's disk did not keep it
│   └── StorageFull  for it has no room left
├── Overloaded       come back in `retry_after` seconds
└── Unavailable      a part that the request needs is down or still loading
"""


class KnowledgeBaseError(Exception):
    """Root of every expected failure. The message is written for the user."""

    code = "error"


class Invalid(KnowledgeBaseError):
    """The request makes no sense as asked; asking again will not help."""

    code = "invalid"


class NotFound(KnowledgeBaseError):
    """No such thing, or not for this user: the two look the same from outside."""

    code = "not_found"


class Conflict(KnowledgeBaseError):
    """It contradicts what is there already."""

    code = "conflict"


class Forbidden(KnowledgeBaseError):
    """Known user, known thing, not allowed."""

    code = "forbidden"


class Unauthenticated(KnowledgeBaseError):
    """Nobody is signed in."""

    code = "unauthenticated"


class TooLarge(KnowledgeBaseError):
    """Over a limit that an admin can change."""

    code = "too_large"


class Unsupported(KnowledgeBaseError):
    """A media type that Colophon does not read."""

    code = "unsupported"


class StorageFailed(KnowledgeBaseError):
    """The server's disk did not keep it."""

    code = "storage_failed"


class StorageFull(StorageFailed):
    """The server's disk has no room left."""

    code = "storage_full"


class Overloaded(KnowledgeBaseError):
    """Come back in `retry_after` seconds."""

    code = "overloaded"

    def __init__(self, message: str, *, retry_after: float = 1.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(KnowledgeBaseError):
    """A part that the request needs is down or still loading."""

    code = "unavailable"

    def __init__(self, message: str, *, retry_after: float = 2.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after
