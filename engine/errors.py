"""Every expected failure of the engine. `engine/server/failures.py` maps the kinds to HTTP."""


class EngineError(Exception):
    """Root of every expected failure. The message is written for the person who asked."""

    code = "error"


class BadRequest(EngineError):
    """The request makes no sense as asked; asking again will not help."""

    code = "invalid_request"

    def __init__(self, message: str, *, param: str | None = None) -> None:
        super().__init__(message)
        self.param = param


class Unauthorised(EngineError):
    """No API key, or a wrong one."""

    code = "invalid_api_key"


class UnknownModel(EngineError):
    """No model of that name and role is configured."""

    code = "model_not_found"


class UnknownRoute(EngineError):
    """No such path and method."""

    code = "not_found"


class TooLarge(EngineError):
    """The body is longer than the engine reads."""

    code = "request_too_large"


class Later(EngineError):
    """Come back in `retry_after` seconds."""

    def __init__(self, message: str, *, retry_after: float = 2.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class QueueFull(Later):
    """Too many wait."""

    code = "queue_full"


class LimitReached(Later):
    """The key had what it may have."""

    code = "rate_limit_exceeded"


class NotReady(Later):
    """The model is still loading, or failed to load."""

    code = "model_not_ready"


class TooLate(EngineError):
    """The answer was wanted sooner than it could be begun."""

    code = "deadline_passed"


class ModelBroken(EngineError):
    """A model cannot be loaded: absent, damaged, unsafe or of an unknown kind."""

    code = "model_broken"


class DeviceFailed(EngineError):
    """The computation itself failed, for example for want of memory."""

    code = "device_failed"


class ClientLeft(EngineError):
    """Nobody waits for the answer any more."""

    code = "client_left"
