"""The batch runner over a cache that holds tokens instead of keys and values."""

import threading
from collections import Counter
from random import Random

import pytest
from batch_runners import END, Client, GatedStepper, Letters, writing
from engine_servers import wait_until
from plain_cache import CacheStepper

from engine.batching.batch_runner import BatchRunner
from engine.batching.plan import Room
from engine.runners import (
    Event,
    Finish,
    Likelihood,
    Load,
    Piece,
    Sampling,
    Ticket,
    Turn,
)

WIDE = Room(blocks=64, block_tokens=4, seats=8, step_tokens=32)
LETTERS = 12  # of a canary


def own_canary(seen: list[int]) -> int:
    """The canary that lies in the cache between `[` and `]`, letter by letter, then the end."""
    text = "".join(map(chr, seen))
    canary = text[text.index("[") + 1 : text.index("]")]
    said = len(text) - 1 - text.index(">")
    return ord(canary[said]) if said < len(canary) else 3


@pytest.mark.parametrize("blocks", [20, 64, 2000])
def test_no_answer_of_204_contains_the_canary_of_another(running, blocks: int) -> None:
    """Many share their beginning, and of few blocks most are taken away again and again."""
    stepper = CacheStepper(Room(blocks, 4, seats=16, step_tokens=48), own_canary)
    clients = [Client() for _ in range(204)]
    with running(stepper) as runner:

        def ask(number: int) -> None:
            canary = f"{number:04}" * (LETTERS // 4)
            system = "the same for all " if number % 2 else f"for the {number % 5} "
            sampling = Sampling(user=str(number % 9), priority=number % 2)
            clients[number].ask(runner, f"{system}[{canary}]>", sampling)

        threads = [threading.Thread(target=ask, args=(n,)) for n in range(len(clients))]
        for thread in threads:
            thread.start()
        for client in clients:
            assert client.wait() == Finish("stop", LETTERS, 0)
        load = runner.load()
    for number, client in enumerate(clients):
        assert client.content == f"{number:04}" * (LETTERS // 4)
    assert (load.running, load.waiting, load.cache.blocks_in_use) == (0, 0, 0)
    assert load.cache.shared_tokens > 0
    assert load.cache.preemptions > 0 or blocks > 20


def test_who_meets_a_stop_word_leaves_the_others_alone(running) -> None:
    stepper = CacheStepper(Room(40, 4, seats=16, step_tokens=48), own_canary)
    clients = [Client() for _ in range(60)]
    with running(stepper) as runner:
        for number, client in enumerate(clients):
            shown = "ab" * (number % 13)
            client.ask(runner, f"[{shown}STOPped]>", Sampling(stop=("STOP",)))
        for number, client in enumerate(clients):
            finish = client.wait()
            assert client.content == "ab" * (number % 13)
            assert finish == Finish("stop", len(client.content) + 4, 0)
        assert runner.load().cache.blocks_in_use == 0


def test_a_thousand_who_leave_at_any_time_free_every_block(running) -> None:
    stepper = CacheStepper(Room(64, 4, seats=8, step_tokens=32), lambda seen: ord("x"))
    tickets: dict[int, Ticket] = {}
    told: Counter[int] = Counter()
    random = Random(3)

    with running(stepper) as runner:
        for number in range(1000):
            patience = random.randint(0, 12)  # pieces; some leave from inside the runner's thread

            def emit(event: Event, number: int = number, patience: int = patience) -> None:
                told[number] += 1
                if told[number] >= patience and number in tickets:
                    tickets[number].cancel()

            sampling = Sampling(max_tokens=1 + number % 10, user=str(number % 3), deadline=100.0)
            ticket = runner.submit([Turn("user", f"{number} asks")], sampling, emit)
            tickets[number] = ticket
            if patience == 0:
                ticket.cancel()
                ticket.cancel()
        wait_until(lambda: is_idle(runner.load()))


def is_idle(load: Load) -> bool:
    return (load.running, load.waiting, load.cache.blocks_in_use) == (0, 0, 0)


def crowd(runner: BatchRunner) -> tuple[int, int]:
    load = runner.load()
    return load.running, load.waiting


def test_a_cancelled_request_is_told_nothing_more_and_the_next_step_is_without_it(running) -> None:
    stepper = GatedStepper(Room(64, 4, seats=1, step_tokens=32), writing("abcdef"))
    first, second = Client(), Client()
    with running(stepper) as runner:
        ticket = first.ask(runner, "a>")
        stepper.inside.acquire()
        second.ask(runner, "b>")
        assert crowd(runner) == (1, 1)
        ticket.cancel()
        assert crowd(runner) == (0, 1)
        stepper.permits.release()
        stepper.inside.acquire()
        assert crowd(runner) == (1, 0)
        stepper.permits.release(100)
        assert second.wait() == Finish("stop", 6, 0)
    assert first.events == []
    assert second.content == "abcdef"


def test_the_last_word_is_said_though_everybody_else_left(running) -> None:
    def choose(seen: list[int]) -> int:
        return ord("x") if seen[0] == ord("b") or len(seen) < 3 else END

    stepper = GatedStepper(Room(64, 4, seats=2, step_tokens=32), choose)
    short, long = Client(), Client()
    with running(stepper) as runner:
        ticket = long.ask(runner, "b>")
        stepper.inside.acquire()
        short.ask(runner, "a>")
        for _ in range(2):
            stepper.permits.release()
            stepper.inside.acquire()
        ticket.cancel()
        stepper.permits.release()
        assert short.wait() == Finish("stop", 1, 0)


def test_stop_words_and_limits_end_an_answer(running) -> None:
    cases = [
        (Sampling(stop=("cd",)), "ab", Finish("stop", 4, 0)),
        (Sampling(max_tokens=3), "abc", Finish("length", 3, 0)),
        (Sampling(max_tokens=6), "abcdef", Finish("length", 6, 0)),
        (Sampling(max_tokens=7), "abcdef", Finish("stop", 6, 0)),
    ]
    with running(CacheStepper(WIDE, writing("abcdef"))) as runner:
        for sampling, content, finish in cases:
            client = Client()
            client.ask(runner, "say>", sampling)
            assert (client.wait(), client.content) == (finish, content)


@pytest.mark.parametrize(
    ("budget", "reasoning", "thought"), [(0, "", 0), (4, "hm, ", 4), (100, "hm, well", 16)]
)
def test_a_model_that_thinks_too_long_closes_its_reasoning(
    running, budget, reasoning, thought
) -> None:
    def choose(seen: list[int]) -> int:
        text = "".join(map(chr, seen)).partition(">")[2]
        if "</think>" in text:
            said = len(text.partition("</think>")[2])
            return ord("yes"[said]) if said < 3 else 3
        return ord("hm, well</think>"[len(text)])

    client = Client()
    with running(CacheStepper(WIDE, choose), Letters(reasons=True)) as runner:
        client.ask(runner, "ask>", Sampling(reasoning_budget=budget))
        finish = client.wait()
    assert (client.reasoning, client.content) == (reasoning.strip(), "yes")
    closed = len("</think>")
    assert finish == Finish("stop", min(budget, 8) + closed + 3, thought + closed * (budget < 16))


def test_forced_tokens_keep_within_the_limit(running) -> None:
    with running(CacheStepper(WIDE, writing("hmmmm")), Letters(reasons=True)) as runner:
        for budget in (0, 2):
            client = Client()
            client.ask(runner, "ask>", Sampling(reasoning_budget=budget, max_tokens=5))
            assert client.wait() == Finish("length", 5, 5)


def test_likelihoods_come_with_the_pieces(running) -> None:
    client = Client()
    with running(CacheStepper(WIDE, writing("abc"))) as runner:
        client.ask(runner, "say>", Sampling(logprobs=True, stop=("bx",)))
        client.wait()
    assert client.pieces == [
        Piece("a", likelihoods=(Likelihood("a", -0.5),)),
        Piece("bc", likelihoods=(Likelihood("b", -0.5), Likelihood("c", -0.5))),
    ]
