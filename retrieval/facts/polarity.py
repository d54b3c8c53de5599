"""Whether two sentences that share their words say opposite things."""

import re

_NEGATION = re.compile(
    r"\b(?:not|no|never|none|neither|nor|without|nobody|nothing|cannot|can't|isn't|aren't|wasn't|weren't|don't|doesn't|"
    r"didn't|won't|wouldn't|shouldn't|mustn't|couldn't|hasn't|haven't|hadn't|prohibited|forbidden|excluded|except|unless|"
    r"unable|refuses?|denied|fails? to)\b|n't\b|n’t\b"
    r"|不(?!仅|但|同|断|管|论|少|久|过|锈)|没有?|无(?!论|锡)|未(?!来)|非(?!常|洲)|禁止|严禁|勿|拒绝|除外",
    re.IGNORECASE,
)
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


def negated(text: str) -> bool:
    return _NEGATION.search(text) is not None


def contradicts(claim: str, source: str) -> bool:
    """One of the two is negated, or each has its own side of a pair of opposites."""
    if negated(claim) != negated(source):
        return True
    return any(
        _one_side(claim, ours, theirs) and _one_side(source, theirs, ours)
        for pair in _PAIRS
        for ours, theirs in (pair, pair[::-1])
    )


def _one_side(text: str, there: re.Pattern[str], missing: re.Pattern[str]) -> bool:
    return there.search(text) is not None and missing.search(text) is None
