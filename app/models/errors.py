"""Errors of the engine's wire, translated at the border into the house's own kinds."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import openai

from retrieval.errors import Invalid, KnowledgeBaseError, Overloaded, Unavailable

DEFAULT_RETRY_SECONDS = 2.0


@contextmanager
def engine_errors_translated(what: str) -> Iterator[None]:
    """`what` names the part for the user: "language model", "search model"."""
    try:
        yield
    except (openai.OpenAIError, httpx.HTTPError) as error:
        raise translated(error, what) from error


def translated(error: Exception, what: str) -> KnowledgeBaseError:
    """Permanent or transient, decided once."""
    match error:
        case openai.RateLimitError():
            return Overloaded(
                f"The {what} has too much to do at the moment.", retry_after=_retry_after(error)
            )
        case openai.BadRequestError() | openai.UnprocessableEntityError():
            return Invalid(f"The {what} refused the request: {error.message}")
        case openai.APIStatusError() if error.status_code == 503:
            return Unavailable(f"The {what} is still loading.", retry_after=_retry_after(error))
        case openai.APIConnectionError() | httpx.HTTPError():
            return Unavailable(f"The {what} does not answer.")
        case _:
            return Unavailable(f"The {what} failed to answer.")


def _retry_after(error: openai.APIStatusError) -> float:
    try:
        return float(error.response.headers.get("retry-after", DEFAULT_RETRY_SECONDS))
    except ValueError:
        return DEFAULT_RETRY_SECONDS  # an HTTP date, which no engine of ours sends
