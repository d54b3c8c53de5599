"""The Stepper of engine/batching/plan.py: one rank's model and its cache, a step at a time."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray

from engine.batching.plan import Choice, Chosen, Room, Row, Underway
from engine.decoder.batch import Packed, Sizes, Span, pack, pack_singles, unpack
from engine.decoder.decoder import Decoder
from engine.decoder.graphs import Graphs, record
from engine.decoder.sampler import Draw, Scores, is_greedy, sample
from engine.devices import Place, device_errors_translated


class DecoderStepper:
    """Every rank of a group must be given the same rows; all return the same."""

    def __init__(
        self, decoder: Decoder, place: Place, room: Room, longest: int, entropy: int
    ) -> None:
        """`longest` context in tokens; `entropy` seeds rows that have no seed of their own."""
        self.room = room
        self.longest = longest
        self._place = place
        self._decoder = decoder
        self._device = decoder.weights.embedding.device
        width = -(-longest // room.block_tokens)
        self._tables = torch.zeros((room.seats, width), dtype=torch.int32, device=self._device)
        self._blocks: list[list[int]] = [[] for _ in range(room.seats)]  # as `_tables` has them
        # Which token lies in which slot: what a row's context was, also when it began cached.
        self._history = np.zeros(room.blocks * room.block_tokens, np.int32)
        self._entropy = np.random.default_rng(entropy)
        self._graphs = Graphs({})
        self._front = place.front()

    def record(self, sizes: tuple[int, ...]) -> None:
        """Makes decode steps of up to so many rows fast. CUDA only. Raises: DeviceFailed."""

        def compute(numbers: torch.Tensor, cut: Sizes) -> torch.Tensor:
            return self._logits(numbers, cut, (), cut.rows)

        with device_errors_translated(), torch.inference_mode(), torch.cuda.stream(self._front):
            self._graphs = record(compute, self._decoder.backend.likeliest, sizes, self._device)
        # A first chunk compiles what recording did not; what it leaves in block 0 nobody reads.
        self.step([Row(0, (0, 0), 0, (0,), Choice(temperature=1.0))]).read()

    def step(self, rows: Sequence[Row]) -> Underway:
        """Raises: DeviceFailed."""
        if sum(len(row.tokens) for row in rows) > len(rows):
            self._place.compute_widely()
        else:
            self._place.compute_narrowly()
        with device_errors_translated(), torch.inference_mode(), torch.cuda.stream(self._front):
            self._seat(rows)
            size = self._graphs.size_for(len(rows))
            if size is not None and all(len(row.tokens) == 1 for row in rows):
                packed = pack_singles(rows, self.room.block_tokens, size)
                scores = self._graphs.replay(packed)
            else:
                packed = pack(rows, self.room.block_tokens)
                scores = self._computed(packed)
            self._remember(packed)
            choices = [rows[place].choice for place in packed.scored]
            drawing = [n for n, place in enumerate(packed.scored) if _is_drawn(rows[place])]
            drawn = self._drawn(rows, packed, scores, drawing) if drawing else None
            found = scores.best, (drawing, drawn)
            return Underway(partial(_read, choices, packed.scored, found, self._front))

    @property
    def weight_bytes(self) -> int:
        return self._decoder.weights.nbytes

    @property
    def cache_bytes(self) -> int:
        return sum(pages.keys.nbytes + pages.values.nbytes for pages in self._decoder.cache)

    def close(self) -> None:
        self._graphs = Graphs({})

    def _computed(self, packed: Packed) -> Scores:
        numbers = torch.from_numpy(packed.numbers).to(self._device)
        logits = self._logits(numbers, packed.sizes, packed.spans, packed.singles)
        return Scores(logits, self._decoder.backend.likeliest(logits))

    def _logits(
        self, numbers: torch.Tensor, sizes: Sizes, spans: tuple[Span, ...], singles: int
    ) -> torch.Tensor:
        return self._decoder.logits(unpack(numbers, sizes, self._tables, spans, singles))

    def _seat(self, rows: Sequence[Row]) -> None:
        """Block tables stay on the device; those that changed go there in one piece."""
        changed = [row for row in rows if self._blocks[row.seat] != row.blocks]
        if not changed:
            return
        tables = np.zeros((len(changed), self._tables.shape[1]), np.int32)
        for table, row in zip(tables, changed, strict=True):
            self._blocks[row.seat] = list(row.blocks)
            table[: len(row.blocks)] = row.blocks
        seats = torch.tensor([row.seat for row in changed], device=self._device)
        self._tables[seats] = torch.from_numpy(tables).to(self._device)

    def _remember(self, packed: Packed) -> None:
        tokens, _, slots = packed.numbers[: 3 * packed.sizes.tokens].reshape(3, -1)
        used = slots >= 0
        self._history[slots[used]] = tokens[used]

    def _drawn(
        self, rows: Sequence[Row], packed: Packed, scores: Scores, drawing: Sequence[int]
    ) -> torch.Tensor:
        if len(drawing) < len(scores.logits):
            which = torch.tensor(drawing, device=self._device)
            scores = Scores(scores.logits[which], scores.best[:, which])
        draws = [self._draw(rows[packed.scored[number]]) for number in drawing]
        return sample(scores, draws, self._decoder.backend.draw, self._entropy)

    def _draw(self, row: Row) -> Draw:
        choice = row.choice or Choice()
        length = row.start + len(row.tokens)
        history: NDArray[np.int32] = np.zeros(0, np.int32)
        if choice.repetition_penalty != 1:
            size = self.room.block_tokens
            slots = np.asarray(row.blocks)[:, None] * size + np.arange(size)
            history = self._history[slots.reshape(-1)[:length]]
        return Draw(choice, length, history, row.allowed() if row.allowed else None)


def _is_drawn(row: Row) -> bool:
    """Whether it takes more than the likeliest token."""
    return row.choice is not None and (row.allowed is not None or not is_greedy(row.choice))


def _read(
    choices: Sequence[Choice | None],
    places: Sequence[int],
    found: tuple[torch.Tensor, tuple[list[int], torch.Tensor | None]],
    front: torch.cuda.Stream | None,
) -> Sequence[Chosen]:
    """Waits for the device. For rows with a choice, in the order of their places in the step."""
    best, (numbers, instead) = found
    with device_errors_translated(), torch.cuda.stream(front):
        pairs = best.cpu().numpy()
        if instead is not None:
            pairs[:, numbers] = instead.cpu().numpy()
    tokens, logprobs = pairs[0].astype(np.int64).tolist(), pairs[1].tolist()
    scored = sorted(range(len(places)), key=places.__getitem__)
    return [Chosen(tokens[n], logprobs[n]) for n in scored if choices[n] is not None]
