"""The figures of answers as plain text."""

from retrieval.evaluation.answer_measures import Calibration
from retrieval.evaluation.answers import AnswersReport


def answers_table(report: AnswersReport) -> str:
    shares = {
        "answerable, answered": report.answered,
        "answerable, a known answer is shown": report.holds_answer,
        "exact match": report.exact_match,
        "F1": report.f1,
        "citations of a right document": report.citation_precision,
        "answers that cite a right document": report.citation_recall,
        "refusal precision": report.refusal_precision,
        "refusal recall": report.refusal_recall,
        "  of questions about something else": report.refused_outside,
        "  of adversarial questions": report.refused_adversarial,
        "sentences whose facts stand in the cited words": report.grounded,
        "calibration error of the confidence": report.confidence.error,
        "calibration error of refusals": report.refusals.error,
    }
    median, slow, slowest = report.milliseconds
    head = f"{report.dataset}: {report.questions:,} questions, {report.answerable:,} answerable"
    foot = (
        f"{report.sentences:,} sentences shown, {report.withheld:,} withheld; "
        f"{median:,.0f} ms (median), {slow:,.0f} ms (95 of 100), {slowest:,.0f} ms (99 of 100)"
    )
    lines = [f"{name:<48}{value:>8.4f}" for name, value in shares.items()]
    return "\n".join([head, *lines, *_bins(report.confidence), foot])


def _bins(calibration: Calibration) -> list[str]:
    """What was told against what was right, a line for each tenth."""
    return [
        f"  confidence {each.low:.1f} to {each.high:.1f}: told {each.chance:.3f}, "
        f"right {each.right:.3f} ({each.count:,} answers)"
        for each in calibration.bins
    ]
