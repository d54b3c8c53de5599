"""Bases of every HTTP shape: inputs refuse unknown fields, outputs are read from frozen values."""

from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, computed_field

from app.shapes.reasons import Reason, reason_of

# Far more than anyone has; without a bound, a query would take more values than a database can.
Ids = Annotated[list[str], Field(max_length=1000)]


class In(BaseModel):
    """A request body. An unknown field is an error: a typo must not pass silently."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)


class Out(BaseModel):
    model_config = ConfigDict(from_attributes=True, frozen=True)


class ErrorOut(Out):
    """Body of every 4xx and 5xx under /api/v1."""

    code: str  # of retrieval.errors, e.g. "not_found"
    message: str  # a sentence for the user
    request_id: str  # the copyable id; also the header X-Request-ID

    @computed_field
    def reason(self) -> Reason | None:
        """Why a file or a source is refused, more closely than `code`."""
        return reason_of(self.message)


T = TypeVar("T")


class Page(Out, Generic[T]):
    items: list[T]
    total: int  # of the whole filtered list
