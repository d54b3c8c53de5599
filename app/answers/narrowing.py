"""The part of one's scope that a request asks for."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from app.shapes.asking import FiltersIn
from retrieval.errors import Invalid, NotFound
from retrieval.search.kinds import KINDS
from retrieval.text.language import LANGUAGES
from retrieval.types import Filters, KnowledgeBaseId, Scope

CHOOSE_ONE = "Choose at least one knowledge base."


def narrowed(
    scope: Scope,
    knowledge_base_ids: Sequence[str] | None,
    filters: FiltersIn | None = None,
    *,
    may_be_none: bool = False,
) -> Scope:
    """The chosen knowledge bases (None: all of the scope), and of these the wanted documents.

    A source that is not there and one for others are alike: no document is of it. Raises: NotFound
    for a knowledge base outside the scope, Invalid for an unknown filter, or for an empty choice
    unless the question has files to be searched.
    """
    wanted = _filters(filters) if filters is not None else scope.filters
    if knowledge_base_ids is None:
        return replace(scope, filters=wanted)
    if not knowledge_base_ids and not may_be_none:
        raise Invalid(CHOOSE_ONE)
    chosen = frozenset(KnowledgeBaseId(chosen_id) for chosen_id in knowledge_base_ids)
    if not chosen <= scope.knowledge_bases:
        raise NotFound("There is no such knowledge base.")
    return replace(scope, knowledge_bases=chosen, filters=wanted)


def _filters(asked: FiltersIn) -> Filters:
    _require_known("kind of document", asked.kinds, KINDS)
    _require_known("language", asked.languages, LANGUAGES)
    if asked.since and asked.until and asked.since > asked.until:
        raise Invalid("The first day of the filter lies after its last day.")
    return Filters(
        sources=frozenset(asked.source_ids),
        kinds=frozenset(asked.kinds),
        tags=frozenset(asked.tags),
        languages=frozenset(asked.languages),
        since=asked.since,
        until=asked.until,
    )


def _require_known(what: str, asked: Sequence[str], known: Collection[str]) -> None:
    for one in asked:
        if one not in known:
            raise Invalid(f"There is no {what} “{one}”. There are: {', '.join(sorted(known))}.")
