"""One sentence that a person understands, from what pydantic found wrong with a request."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

Problem = Mapping[str, Any]  # pydantic's ErrorDetails: type, loc, msg, ctx

# Where pydantic counts from the outside: not part of the field's name.
PLACES: Final = frozenset({"body", "query", "path", "header", "cookie"})
# Fields whose name alone is no noun.
NOUNS: Final = {"new": "new password", "current": "current password", "q": "search"}
NOT_AN_OBJECT: Final = "Send the request as a JSON object (Content-Type: application/json)."


def explain(problems: Sequence[Problem]) -> str:
    """The first problem as a sentence. What was sent is never repeated: it may be a password."""
    if not problems:
        return "The request could not be read."
    problem = problems[0]
    kind = str(problem["type"])
    if kind == "json_invalid":
        return "The request is not valid JSON."
    field = _field(problem["loc"])
    if not field:
        return NOT_AN_OBJECT
    if kind == "extra_forbidden":
        return f"There is no field called “{problem['loc'][-1]}” here."
    sentence = SENTENCES.get(kind, _not_valid)
    return f"The {field} {sentence(problem.get('ctx') or {})}."


def _field(place: Sequence[str | int]) -> str:
    """("body", "display_name") → "display name"; a place in a list belongs to the list."""
    names = [part for part in place if isinstance(part, str) and part not in PLACES]
    if not names:
        return ""
    return NOUNS.get(names[-1], names[-1].replace("_", " ").replace("-", " "))


def _too_long(context: Mapping[str, Any]) -> str:
    return f"may have at most {context['max_length']:,} characters"


def _too_short(context: Mapping[str, Any]) -> str:
    least = context["min_length"]
    return "must not be empty" if least == 1 else f"must have at least {least:,} characters"


def _list_too_long(context: Mapping[str, Any]) -> str:
    return f"may have at most {context['max_length']:,} entries"


def _one_of(context: Mapping[str, Any]) -> str:
    return f"must be {context['expected']}"


def _not_valid(_context: Mapping[str, Any]) -> str:
    return "is not valid"


SENTENCES: Final[dict[str, Callable[[Mapping[str, Any]], str]]] = {
    "missing": lambda _: "is missing",
    "string_too_long": _too_long,
    "string_too_short": _too_short,
    "string_pattern_mismatch": lambda _: "contains characters that are not allowed",
    "string_type": lambda _: "must be text",
    "too_long": _list_too_long,
    "list_type": lambda _: "must be a list",
    "literal_error": _one_of,
    "enum": _one_of,
    "int_parsing": lambda _: "must be a whole number",
    "int_type": lambda _: "must be a whole number",
    "bool_type": lambda _: "must be true or false",
    "bool_parsing": lambda _: "must be true or false",
    "greater_than_equal": lambda context: f"must be at least {context['ge']}",
    "less_than_equal": lambda context: f"must be at most {context['le']}",
}
