"""One request from its first token to its last: what is shown, and when it is over."""

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Literal

from engine.batching.guide import Guide
from engine.batching.language import ChatLanguage, Prompt
from engine.batching.plan import Choice, Chosen
from engine.batching.sequence import Claim, TokenSequence
from engine.errors import BadRequest
from engine.reasoning import ReasoningSplitter
from engine.runners import Event, Failure, Finish, Likelihood, Piece, Progress, Sampling
from engine.transcript import Transcript

_CHOICES = tuple(field.name for field in fields(Choice))  # a Sampling has all of them


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for."""

    prompt: Prompt
    sampling: Sampling
    room: int  # tokens that the completion may have
    claim: Claim
    deadline: float  # on the runner's clock; infinite: none
    guide: Guide | None = None


class Generation:
    """Fed by one thread; `cancelled` may be set by any."""

    def __init__(self, order: Order, language: ChatLanguage, emit: Callable[[Event], None]) -> None:
        prompt, sampling = order.prompt, order.sampling
        splitter = ReasoningSplitter(inside=prompt.inside_reasoning) if prompt.reasons else None
        self.sequence = TokenSequence(
            tokens=array("i", prompt.ids),
            prompt=len(prompt.ids),
            choice=choice_of(sampling, language.habits.choice),
            claim=order.claim,
        )
        self._guide = order.guide
        if order.guide is not None and not prompt.inside_reasoning:
            self.sequence.allowed = order.guide.allowed
        self.deadline = order.deadline
        self.cancelled = False
        self._sampling = sampling
        self._room = order.room
        self._language = language
        self._transcript = Transcript(language.decode, splitter, sampling.stop)
        self._emit = emit
        self._reason: Literal["stop", "length"] | None = None
        self._unspoken: list[Chosen] = []
        self._likelihoods: list[Likelihood] = []  # of tokens that are not shown yet

    @property
    def over(self) -> bool:
        return self._reason is not None

    @property
    def tokens(self) -> int:
        """Of the completion, so far."""
        return len(self.sequence.tokens) - self.sequence.prompt

    def progress(self) -> Progress:
        """Asked for by other threads, too."""
        sequence, transcript = self.sequence, self._transcript
        return Progress(
            sequence.queued, sequence.cached, transcript.tokens, transcript.reasoning_tokens
        )

    def begin(self) -> None:
        """Where no reasoning is allowed at all, the prompt already ends it."""
        if self._transcript.reasoning:
            self._keep_budget()

    def hear(self, chosen: Chosen) -> None:
        """The next token; more may follow it by force. Nothing is shown before `speak`."""
        if chosen.token in self._language.habits.ends:
            self._reason = "stop"
            return
        self._append(chosen)
        if self._guide is not None:
            self._follow(self._guide, chosen.token)
        # A model that is just closing its reasoning is let do it.
        if self._transcript.reasoning and chosen.token not in self._language.habits.closing[:1]:
            self._keep_budget()

    def speak(self) -> None:
        """Shows what was heard. Between two tokens that are heard it is called once at least."""
        for chosen in self._unspoken:
            if self._sampling.logprobs:
                text = self._language.decode((chosen.token,))
                self._likelihoods.append(Likelihood(text, chosen.logprob))
            self._show(self._transcript.feed(chosen.token))
        self._unspoken.clear()
        if self._transcript.stopped:
            self._reason = "stop"

    def run_out(self) -> None:
        """There is no more time."""
        self._reason = self._reason or "length"

    def finish(self) -> None:
        """Shows what was held back. It is over, and nothing follows."""
        transcript = self._transcript
        self._show(transcript.finish())
        reason = self._reason or "stop"
        try:
            if self._guide is not None:
                self._guide.check()
        except BadRequest as error:
            self.tell(Failure(error))
        else:
            self.tell(Finish(reason, transcript.tokens, transcript.reasoning_tokens))

    def tell(self, event: Event) -> None:
        if not self.cancelled:
            self._emit(event)

    def _keep_budget(self) -> None:
        """A model that has thought for long enough closes its reasoning."""
        budget = self._sampling.reasoning_budget
        thought = self._transcript.reasoning_tokens + len(self._unspoken)
        if budget is None or thought < budget:
            return
        self._close(self._language.habits.closing)

    def _close(self, closing: Sequence[int]) -> None:
        """By force. What is guided is so from here on."""
        for token in closing:
            if not self.over:
                self._append(Chosen(token, 0.0))  # it was certain
        if self._guide is not None:
            self.sequence.allowed = self._guide.allowed

    def _follow(self, guide: Guide, token: int) -> None:
        closing = self._language.habits.closing
        if self.sequence.allowed is None:
            if token == closing[0]:
                self._close(closing[1:])
        elif guide.opens(token):
            self.sequence.allowed = None
        else:
            guide.accept(token)
            if guide.ended:
                self._reason = "stop"

    def _append(self, chosen: Chosen) -> None:
        self.sequence.tokens.append(chosen.token)
        self._unspoken.append(chosen)
        if self.tokens >= self._room:
            self._reason = "length"

    def _show(self, pieces: Iterator[Piece]) -> None:
        for piece in pieces:
            if self._likelihoods:
                self.tell(replace(piece, likelihoods=tuple(self._likelihoods)))
                self._likelihoods.clear()
            else:
                self.tell(piece)


def choice_of(sampling: Sampling, default: Choice) -> Choice:
    """What the request does not say, the model's own settings do."""
    asked = {name: getattr(sampling, name) for name in _CHOICES}
    return replace(default, **{name: value for name, value in asked.items() if value is not None})
