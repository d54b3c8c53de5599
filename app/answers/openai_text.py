"""Between OpenAI's messages and ours: a conversation in, an answer's words out."""

from collections.abc import Sequence

from app.answers.openai_wire import ChatMessageIn
from app.shapes.asking import AnswerOut, CitationOut, SentenceOut
from retrieval.answer.asking.condense import Turn
from retrieval.answers import Verdict
from retrieval.errors import Invalid
from retrieval.text.language import is_han

LOOK_BACK_TURNS = 3
NOT_FOUND = "The knowledge base does not answer this."
LEFT_OPEN = "The knowledge base does not say: "
LEFT_OPEN_ZH = "知识库没有说明："
NOT_FOUND_ZH = "知识库中没有这个问题的答案。"
UNSUPPORTED = " (not in the sources)"
UNSUPPORTED_ZH = "（来源中没有依据）"


def asked_in(messages: Sequence[ChatMessageIn]) -> tuple[str, tuple[Turn, ...]]:
    """The question (the last message) and the turns before it, oldest first.

    Instructions to the model are dropped: an answer says what the sources say, in its own form.
    Raises: Invalid when the last message is not the user's, or is not text.
    """
    spoken = [message for message in messages if message.role in ("user", "assistant")]
    if not spoken or messages[-1].role != "user":
        raise Invalid("The last message must be the user's question.")
    turns: list[Turn] = []
    for message in spoken[:-1]:
        if message.role == "user":
            turns.append(Turn(_text(message), ""))
        elif turns:
            turns[-1] = Turn(turns[-1].question, _text(message))
    return _text(spoken[-1]), tuple(turns[-LOOK_BACK_TURNS:])


def piece(sentence: SentenceOut, *, first: bool) -> str:
    """What a sentence adds to the text, with its [n] markers; "" when it is withheld.

    An unsupported one says so in words: a client that knows no marks must show it, too.
    """
    if sentence.verdict is Verdict.WITHHELD:
        return ""
    before = "" if first else "\n\n" if sentence.starts_paragraph else " "
    after = "".join(f" [{number}]" for number in sentence.citations)
    if sentence.verdict is Verdict.UNSUPPORTED:
        after = UNSUPPORTED_ZH if is_han(sentence.text) else UNSUPPORTED
    return before + sentence.text + after


def text_of(answer: AnswerOut) -> str:
    """The whole answer as the pieces make it; a sentence that says so when there is none."""
    text = ""
    for sentence in answer.sentences:
        text += piece(sentence, first=not text)
    return text + left_open(answer) if text else refusal(answer.question)


def left_open(answer: AnswerOut) -> str:
    """A paragraph that names the parts of the question that the knowledge base does not answer."""
    if not answer.unanswered:
        return ""
    said = LEFT_OPEN_ZH if is_han(answer.question) else LEFT_OPEN
    return f"\n\n{said}{' · '.join(answer.unanswered)}"


def appended(answer: AnswerOut, sent: Sequence[CitationOut]) -> AnswerOut:
    """The answer as it reads after streamed words that cite `sent` and cannot be taken back.

    Its own citations are numbered on from those, so that every [n] of the text has one meaning.
    """
    offset = max((citation.number for citation in sent), default=0)
    cited = [
        citation.model_copy(update={"number": citation.number + offset})
        for citation in answer.citations
    ]
    sentences = [
        sentence.model_copy(update={"citations": [n + offset for n in sentence.citations]})
        for sentence in answer.sentences
    ]
    return answer.model_copy(update={"sentences": sentences, "citations": [*sent, *cited]})


def refusal(question: str) -> str:
    return NOT_FOUND_ZH if is_han(question) else NOT_FOUND


def _text(message: ChatMessageIn) -> str:
    if not isinstance(message.content, list):
        return message.content or ""
    if any(part.type != "text" for part in message.content):
        raise Invalid("Only text can be asked; images, sound and files cannot.")
    return "\n".join(part.text for part in message.content)
