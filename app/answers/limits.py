"""What the settings allow one answer."""

from app.settings import Settings
from retrieval.answer.context.tokens import BYTES_OF_A_WIDE_LETTER, WIDE_LETTER
from retrieval.answer.limits import AnswerLimits


def answer_limits(settings: Settings) -> AnswerLimits:
    models = settings.models
    # A model that writes Chinese has Chinese in its vocabulary.
    wide = WIDE_LETTER if "zh" in models.languages else BYTES_OF_A_WIDE_LETTER
    return AnswerLimits(
        context_tokens=models.context_tokens,
        answer_tokens=models.answer_tokens,
        passages=settings.search.passages,
        languages=frozenset(models.languages),
        wide_letter_tokens=wide,
        rephrases=models.rephrases,
    )
