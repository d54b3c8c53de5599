"""The part of one's scope that a request asks for."""

from collections.abc import Sequence
from dataclasses import replace

from retrieval.errors import Invalid, NotFound
from retrieval.types import KnowledgeBaseId, Scope


def narrowed(scope: Scope, knowledge_base_ids: Sequence[str] | None) -> Scope:
    """The chosen knowledge bases; None chooses all of the scope.

    Raises: NotFound when one of them is not in the scope, Invalid for an empty choice.
    """
    if knowledge_base_ids is None:
        return scope
    if not knowledge_base_ids:
        raise Invalid("Choose at least one knowledge base.")
    chosen = frozenset(KnowledgeBaseId(chosen_id) for chosen_id in knowledge_base_ids)
    if not chosen <= scope.knowledge_bases:
        raise NotFound("There is no such knowledge base.")
    return replace(scope, knowledge_bases=chosen)
