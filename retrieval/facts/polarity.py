"""Whether two sentences that share their words say opposite things."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from retrieval.text.language import content_terms, is_han

REACH = 3  # meaning-bearing terms that a negation is about
REACH_IN_HAN = 8  # characters

_NEGATION = re.compile(
    r"(?<!-)\bnot\b(?!-| only| just| merely| necessarily)"
    r"|\b(?:no(?! longer than| more than| less than| later than)|never|none|neither|nor|without"
    r"|nobody|nothing|cannot|can't|prohibited|forbidden|excluded|except|unless|unable|refuses?"
    r"|denied|fails? to)\b|n't\b|n’t\b"
    r"|不(?!仅|但|同|断|管|论|少|久|过|锈|超过|少于|低于|高于|得不)|没有?|无(?!论|锡)|未(?!来)|非(?!常|洲)"
    r"|禁止|严禁|勿|拒绝|除外",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r"[,;:.!?，。；：！？、]")
_OPPOSITES: tuple[tuple[str, str], ...] = (
    (r"\ballow(?:ed|s)?\b|\bpermit(?:ted|s)?\b|允许",
     r"\bprohibit(?:ed|s)?\b|\bforbid(?:den|s)?\b|禁止"),
    (r"\bincreas\w*|\brise[sn]?\b|增加|提高|上升",
     r"\bdecreas\w*|\breduc\w*|\bfall(?:s|en)?\b|减少|降低|下降"),
    (r"\bat least\b|\bminimum\b|\bno less than\b|至少|最少|不少于|以上",
     r"\bat most\b|\bmaximum\b|\bup to\b|\bno more than\b|"
     r"最多|至多|不超过|以下|以内"),
    (r"\bbefore\b|\bprior to\b|之前|以前", r"\bafter\b|\bfollowing\b|之后|以后"),
    (r"\bmandatory\b|\brequired\b|\bmust\b|必须|应当", r"\boptional\b|\bvoluntary\b|可选|自愿"),
    (r"\bpaid\b|带薪", r"\bunpaid\b|无薪"),
    (r"\binternal\b|内部", r"\bexternal\b|外部"),
    (r"\bopen(?:s|ed)?\b|开放|开启", r"\bclose[sd]?\b|关闭"),
    (r"\bfirst\b|最早|首次", r"\blast\b|最晚|末次"),
    (r"\bmore than\b|\bover\b|\babove\b|超过|高于|大于",
     r"\bless than\b|\bunder\b|\bbelow\b|低于|少于|小于"),
)  # fmt: skip
_PAIRS = tuple((re.compile(a, re.IGNORECASE), re.compile(b, re.IGNORECASE)) for a, b in _OPPOSITES)


@dataclass(frozen=True, slots=True)
class _Denial:
    """A negation and what it is about."""

    near: frozenset[str]  # the term after it; in Chinese, where terms are bigrams, those in reach
    about: frozenset[str]


def negated(text: str) -> bool:
    return _NEGATION.search(text) is not None


def contradicts(claim: str, source: str) -> bool:
    """One denies what the other says, or each has its own side of a pair of opposites."""
    denied, denied_there = list(_denials(claim)), list(_denials(source))
    if bool(denied) and not denied_there:
        return True
    words = Counter(content_terms(source))
    if any(not _is_denied(denial, words, denied_there) for denial in denied):
        return True
    said = set(content_terms(claim)).difference(*(denial.about for denial in denied))
    affirmed = words - Counter(term for denial in denied_there for term in denial.about)
    # In Chinese the words of one denial may stand on both sides of it.
    kept = [
        there
        for there in denied_there
        if len(there.near) == 1 or not any(there.about & ours.about for ours in denied)
    ]
    if any(_half(denial.near, said - affirmed.keys()) for denial in kept):
        return True
    return any(
        _one_side(claim, ours, theirs) and _one_side(source, theirs, ours)
        for pair in _PAIRS
        for ours, theirs in (pair, pair[::-1])
    )


def _is_denied(denial: _Denial, words: Counter[str], there: Sequence[_Denial]) -> bool:
    """Whether the source denies it too; of what it has no word for, whether it denies around it."""
    known = denial.near if _half(denial.near, words.keys()) else denial.about
    return not known or any(known & other.about for other in there)


def _half(terms: frozenset[str], among: Set[str]) -> bool:
    return bool(terms) and 2 * len(terms & among) >= len(terms)


def _denials(text: str) -> Iterator[_Denial]:
    for found in _NEGATION.finditer(text):
        after = _CLAUSE_END.split(text[found.end() :], maxsplit=1)[0]
        before = _CLAUSE_END.split(text[: found.start()])[-1]
        han = is_han(found.group())
        if han:
            after, before = after[:REACH_IN_HAN], before[-REACH_IN_HAN:]
        following = content_terms(after)[: None if han else REACH]
        about = set(following)
        if len(following) < REACH - 1:  # "smoking is prohibited"
            about |= set(content_terms(before)[1 - REACH :])
        yield _Denial(frozenset(following if han else following[:1]), frozenset(about))


def _one_side(text: str, there: re.Pattern[str], missing: re.Pattern[str]) -> bool:
    return there.search(text) is not None and missing.search(text) is None
