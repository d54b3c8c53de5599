"""Shapes of tags, and of what documents can be filtered by."""

from typing import Annotated

from pydantic import Field

from app.shapes.base import In, Out

Tag = Annotated[str, Field(min_length=1, max_length=60)]


class TagsIn(In):
    """Tags that all of these documents get and lose. What one has or lacks already stays so."""

    document_ids: Annotated[list[str], Field(min_length=1, max_length=500)]
    add: Annotated[list[Tag], Field(max_length=20)] = Field(default_factory=list)
    remove: Annotated[list[Tag], Field(max_length=100)] = Field(default_factory=list)


class FacetOut(Out):
    value: str
    documents: int  # that one may read


class SourceFacetOut(Out):
    id: str
    name: str  # the end of where it is, which names no server
    documents: int


class FacetsOut(Out):
    """By what one's documents can be filtered; the most frequent first."""

    sources: list[SourceFacetOut]
    kinds: list[FacetOut]
    tags: list[FacetOut]
    languages: list[FacetOut]
