"""The Stepper of engine/batching/plan.py: one rank's model and its cache, a step at a time."""

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray

from engine.batching.plan import Choice, Chosen, Room, Row, Underway
from engine.decoder.ahead import Ahead, Found, next_row
from engine.decoder.batch import Packed, Sizes, Span, pack, pack_singles, single_parts, unpack
from engine.decoder.decoder import Decoder
from engine.decoder.graphs import Graphs, record
from engine.decoder.sampler import Draw, Scores, is_greedy, sample
from engine.devices import Place, device_errors_translated

# Results, and from the number of a row to its place there.
_Source = tuple[Found, Mapping[int, int]]


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
        self.runs_ahead = place.device.type == "cuda"  # a CPU would compute it in vain too often
        self._ahead: Ahead | None = None
        self._told: dict[int, int] = {}  # by seat, what the last step chose

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
        ahead, self._ahead = self._ahead, None
        sources: list[_Source] = []
        with device_errors_translated(), torch.inference_mode(), torch.cuda.stream(self._front):
            self._seat(rows)
            known = ahead.matching(rows, self._blocks, self._told) if ahead else {}
            rest = [number for number in range(len(rows)) if number not in known]
            if ahead and known:
                sources.append((ahead.found, known))
                own = [rows[number] for number in known]
                self._remember(single_parts(own, self.room.block_tokens))
            if rest:
                found, scored = self._computed([rows[number] for number in rest])
                sources.append((found, {rest[n]: place for place, n in enumerate(scored)}))
            if self.runs_ahead and len(sources) == 1:
                self._ahead = self._foreseen(rows, *sources[0])
        return Underway(partial(self._read, rows, sources))

    @property
    def weight_bytes(self) -> int:
        return self._decoder.weights.nbytes

    @property
    def cache_bytes(self) -> int:
        return sum(pages.keys.nbytes + pages.values.nbytes for pages in self._decoder.cache)

    def close(self) -> None:
        self._graphs, self._ahead = Graphs({}), None

    def _computed(
        self, rows: Sequence[Row], tokens: torch.Tensor | None = None
    ) -> tuple[Found, Sequence[int]]:
        """And the rows with a score, in the order of the scores. `tokens` (rows,) lie on the device
        instead of those in rows of one token.
        """
        size = self._graphs.size_for(len(rows))
        if size is not None and all(len(row.tokens) == 1 for row in rows):
            packed = pack_singles(rows, self.room.block_tokens, size)
            scores = self._graphs.replay(packed, tokens)
        else:
            packed = pack(rows, self.room.block_tokens)
            numbers = torch.from_numpy(packed.numbers).to(self._device, non_blocking=True)
            if tokens is not None:
                numbers[: len(rows)] = tokens
            logits = self._logits(numbers, packed.sizes, packed.spans, packed.singles)
            scores = Scores(logits, self._decoder.backend.likeliest(logits))
        if tokens is None:
            self._remember(packed.numbers[: 3 * packed.sizes.tokens].reshape(3, -1))
        drawing = [n for n, place in enumerate(packed.scored) if _is_drawn(rows[place])]
        pairs = scores.best[:, : len(packed.scored)]
        if drawing:
            which = torch.tensor(drawing, device=self._device)
            pairs = pairs.index_copy(1, which, self._drawn(rows, packed, scores, drawing, which))
        return Found.of(pairs), packed.scored

    def _foreseen(
        self, rows: Sequence[Row], found: Found, places: Mapping[int, int]
    ) -> Ahead | None:
        """The step after this one; None where not every row's is known but for its token."""
        size = self.room.block_tokens
        following = [next_row(row, self._blocks[row.seat], size, self.longest) for row in rows]
        sure = [row for row in following if row is not None]
        if len(sure) < len(rows):
            return None
        tokens, order = found.pairs[0], [places[number] for number in range(len(rows))]
        if order != list(range(len(tokens))):
            chosen = torch.tensor(order, pin_memory=self._device.type == "cuda")
            tokens = tokens[chosen.to(self._device, non_blocking=True)]
        return Ahead(sure, self._computed(sure, tokens)[0])

    def _read(self, rows: Sequence[Row], sources: Sequence[_Source]) -> Sequence[Chosen]:
        """Waits for the device. For rows with a choice, in their order."""
        chosen: dict[int, Chosen] = {}
        with device_errors_translated():
            for found, places in sources:
                every = found.read()
                chosen.update((number, every[place]) for number, place in places.items())
        self._told = {rows[number].seat: one.token for number, one in chosen.items()}
        return [chosen[number] for number in sorted(chosen) if rows[number].choice is not None]

    def _logits(
        self, numbers: torch.Tensor, sizes: Sizes, spans: tuple[Span, ...], singles: int
    ) -> torch.Tensor:
        return self._decoder.logits(unpack(numbers, sizes, self._tables, spans, singles))

    def _seat(self, rows: Sequence[Row]) -> None:
        """Block tables stay on the device; those that changed go there in one piece. A block
        beyond the longest context, which whoever looks ahead may give, is left out.
        """
        width = self._tables.shape[1]
        changed = [
            (row.seat, list(row.blocks[:width]))
            for row in rows
            if self._blocks[row.seat] != row.blocks
        ]
        if not changed:
            return
        tables = np.zeros((len(changed), width), np.int32)
        for table, (seat, blocks) in zip(tables, changed, strict=True):
            self._blocks[seat] = blocks
            table[: len(blocks)] = blocks
        seats = torch.tensor([seat for seat, _ in changed]).to(self._device, non_blocking=True)
        self._tables[seats] = torch.from_numpy(tables).to(self._device, non_blocking=True)

    def _remember(self, parts: NDArray[np.int32]) -> None:
        """(3, tokens): tokens, positions, slots."""
        used = parts[2] >= 0
        self._history[parts[2][used]] = parts[0][used]

    def _drawn(
        self,
        rows: Sequence[Row],
        packed: Packed,
        scores: Scores,
        drawing: Sequence[int],
        which: torch.Tensor,
    ) -> torch.Tensor:
        if len(drawing) < len(scores.logits):
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
