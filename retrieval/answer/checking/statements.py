"""Generated sentences that claim nothing: greetings, announcements, and the model's own refusal."""

import re

from retrieval.text.language import content_terms

_CHATTER = re.compile(
    r"^(?:i hope|let me know|feel free|please let|thanks?"
    r"|hello|hi|hey|dear|best regards|sincerely|sure|"
    r"of course|"
    r"certainly|great question|as an ai|i'm sorry|i can help|how can i|"
    r"if you (?:have|need)|is there anything|here (?:is|are))\b"
    r"|^(?:您好|你好|谢谢|感谢|希望|如有|如果您?还?有|以下是)",
    re.IGNORECASE,
)
_DECLINES = re.compile(
    r"(?:sources?|documents?|passages?|context|text|information)\s+(?:provided\s+)?(?:do|does|did)(?:\s+not|n't|n’t)\s+"
    r"(?:say|state|contain|mention|include|provide|specify|answer|give|have)"
    r"|(?:is|are|was)\s+not\s+(?:stated|mentioned|provided|specified|included|given|available|found)\b.{0,40}$"
    r"|no (?:information|answer|mention)\b|cannot (?:be determined|answer|find)"
    r"|(?:don't|do not) (?:know|have)"
    r"|(?:来源|资料|文档|文中|上文|文件)(?:中)?(?:都|并)?(?:没有|未|并未|不)(?:有|能)?(?:说明|提及|提到|包含|给出|找到|提供|相关)"
    r"|(?:没有|未)(?:找到|提供|提及|说明)|无法(?:确定|回答|得知)|不知道",
    re.IGNORECASE,
)


def declines(text: str) -> bool:
    """Whether the model says that the sources do not answer."""
    return _DECLINES.search(text) is not None


def asserts_nothing(text: str, question_terms: frozenset[str]) -> bool:
    """No claim is left when the chatter and the words of the question itself are taken away."""
    if _CHATTER.match(text) or text.endswith((":", "：", "?", "？")):
        return True
    return not set(content_terms(text)) - question_terms
