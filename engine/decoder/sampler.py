"""The next tokens of many rows at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from engine.batching.plan import Choice
from engine.decoder.decoder import Drawer

_SEED_BITS = 31


@dataclass(frozen=True, slots=True)
class Draw:
    """One row's choice."""

    choice: Choice
    position: int  # of the token to be chosen
    history: NDArray[np.int32]  # the tokens before it; read for the repetition penalty
    allowed: bytes | None = None  # see plan.Row


@dataclass(frozen=True, slots=True)
class Scores:
    logits: torch.Tensor  # (rows, vocabulary)
    best: torch.Tensor  # (2, rows), see decoder.Likeliest


def is_greedy(choice: Choice) -> bool:
    return choice.temperature == 0 and choice.repetition_penalty == 1


def likeliest(logits: torch.Tensor) -> torch.Tensor:
    """See decoder.Likeliest."""
    highest, tokens = logits.max(dim=-1)
    shifted = logits.float() - highest.float()[:, None]
    return torch.stack((tokens.double(), -shifted.exp().sum(dim=-1).log().double()))


def sample(
    scores: Scores, draws: Sequence[Draw], drawer: Drawer, entropy: np.random.Generator
) -> torch.Tensor:
    """(2, rows) float64, tokens and log-probabilities. A row's token depends on its own logits,
    seed and position only, so it does not change with the rows beside it.

    The log-probability is the model's own, before temperature and penalties.
    """
    logits, (best, best_logprob) = scores.logits, scores.best
    limits, seeds = _limits(draws), _seeds(draws, entropy)
    device = logits.device
    tokens = drawer(
        _barred(_penalised(logits, draws), draws),
        torch.from_numpy(limits).to(device),
        torch.from_numpy(seeds).to(device),
    )
    pair = torch.stack((tokens, best.long()), dim=1)
    drawn, highest = logits.gather(1, pair).double().unbind(1)
    return torch.stack((tokens.double(), drawn - highest + best_logprob))


def draw(logits: torch.Tensor, limits: torch.Tensor, seeds: torch.Tensor) -> torch.Tensor:
    """See decoder.Drawer: by inversion of the distribution that the limits leave."""
    temperature, top_p, top_k, min_p = limits[:, :, None]
    chances = torch.softmax(logits.float() / temperature.clamp(min=1e-4), dim=-1)
    ordered, tokens = chances.sort(dim=-1, descending=True)
    before = ordered.cumsum(dim=-1) - ordered
    ranks = torch.arange(ordered.shape[1], device=ordered.device)
    kept = (before < top_p) & (ranks < top_k) & (ordered >= min_p * ordered[:, :1])
    kept[:, 0] = True
    mass = torch.where(kept, ordered, 0).double().cumsum(dim=-1)
    aims = seeds.double()[:, None] / 2**_SEED_BITS * mass[:, -1:]
    places = torch.searchsorted(mass, aims, right=True).clamp(max=ordered.shape[1] - 1)
    return torch.where(limits[0] == 0, logits.argmax(dim=-1), tokens.gather(1, places)[:, 0])


def _limits(draws: Sequence[Draw]) -> NDArray[np.float32]:
    """(4, rows): temperature, top_p, top_k, min_p; what changes nothing is out of reach."""
    rows = [
        (
            draw.choice.temperature,
            draw.choice.top_p if draw.choice.top_p < 1 else 2.0,
            draw.choice.top_k or float("inf"),
            draw.choice.min_p,
        )
        for draw in draws
    ]
    return np.ascontiguousarray(np.array(rows, np.float32).T)


def _penalised(logits: torch.Tensor, draws: Sequence[Draw]) -> torch.Tensor:
    """Tokens that were there before become less likely (Keskar et al. 2019)."""
    rows, tokens, penalties = [], [], []
    for row, one in enumerate(draws):
        if one.choice.repetition_penalty != 1:
            seen = np.unique(one.history)
            tokens.append(seen.astype(np.int64))
            rows.append(np.full(len(seen), row))
            penalties.append(np.full(len(seen), one.choice.repetition_penalty, np.float32))
    if not rows:
        return logits
    places = tuple(torch.from_numpy(np.concatenate(p)).to(logits.device) for p in (rows, tokens))
    factors = torch.from_numpy(np.concatenate(penalties)).to(logits.device)
    penalised = logits.to(torch.float32, copy=True)
    found = penalised[places]
    penalised[places] = torch.where(found > 0, found / factors, found * factors)
    return penalised


def _barred(logits: torch.Tensor, draws: Sequence[Draw]) -> torch.Tensor:
    """What a row does not allow becomes impossible, and with it what its bits do not reach."""
    if all(one.allowed is None for one in draws):
        return logits
    width = logits.shape[1]
    bits = np.full((len(draws), -(-width // 8)), 255, np.uint8)
    for row, one in zip(bits, draws, strict=True):
        if one.allowed is not None:
            given = np.frombuffer(one.allowed, np.uint8)[: len(row)]
            row[: len(given)], row[len(given) :] = given, 0
    places = torch.arange(8, dtype=torch.uint8, device=logits.device)
    spread = torch.from_numpy(bits).to(logits.device)[:, :, None] >> places & 1
    return logits.masked_fill(spread.flatten(1)[:, :width] == 0, float("-inf"))


def _seeds(draws: Sequence[Draw], entropy: np.random.Generator) -> NDArray[np.int32]:
    """(rows,) of 31 bits: a hash of seed and position, or fresh where there is no seed.

    Source: splitmix64 (Steele, Lea, Flood 2014).
    """
    fresh = entropy.integers(0, 1 << 63, size=len(draws), dtype=np.uint64)
    keys = [
        int(fresh[row]) if one.choice.seed is None else one.choice.seed % (1 << 63)
        for row, one in enumerate(draws)
    ]
    positions = np.array([one.position for one in draws], np.uint64)
    bits = _mixed(_mixed(np.array(keys, np.uint64)) + positions)
    return (bits >> np.uint64(64 - _SEED_BITS)).astype(np.int32)


def _mixed(bits: NDArray[np.uint64]) -> NDArray[np.uint64]:
    bits = bits + np.uint64(0x9E3779B97F4A7C15)
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))
