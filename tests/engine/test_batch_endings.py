"""Waiting, failing and ending in the batch runner."""

import threading
import weakref

import pytest
from batch_runners import Client, GatedStepper, writing
from engine_servers import wait_until
from plain_cache import CacheStepper

from engine.batching.admission import Limits
from engine.batching.plan import Room
from engine.errors import BadRequest, DeviceFailed, NotReady, QueueFull, TooLate
from engine.runners import Failure, Finish, Sampling

WIDE = Room(blocks=64, block_tokens=4, seats=8, step_tokens=32)


def test_what_ended_is_forgotten_long_before_its_deadline(running) -> None:
    with running(CacheStepper(WIDE, writing("ab"))) as runner:
        client = Client()
        client.ask(runner, "x>", Sampling(deadline=1000.0))
        client.wait()
        forgotten = weakref.ref(client)
        del client
        wait_until(lambda: forgotten() is None)


def test_an_answer_ends_where_the_context_or_the_cache_does(running) -> None:
    room = Room(blocks=3, block_tokens=4, seats=2, step_tokens=8)
    with running(CacheStepper(room, lambda seen: ord("x"))) as runner:
        clients = [Client(), Client()]
        for client in clients:
            client.ask(runner, "12345>")
        assert [client.wait() for client in clients] == [Finish("length", 6, 0)] * 2
        with pytest.raises(BadRequest, match="12") as refused:
            Client().ask(runner, "x" * 12)
        assert refused.value.param == "messages"


def test_deadlines_end_what_runs_and_refuse_what_waits(running) -> None:
    now = [0.0]
    stepper = GatedStepper(Room(64, 4, seats=1, step_tokens=32), lambda seen: ord("x"))
    runs, waits = Client(), Client()
    with running(stepper, clock=lambda: now[0]) as runner:
        runs.ask(runner, "a>", Sampling(deadline=10.0))
        waits.ask(runner, "b>", Sampling(deadline=5.0))
        stepper.inside.acquire()
        for _ in range(3):
            stepper.permits.release()
            stepper.inside.acquire()
        now[0] = 11.0
        stepper.permits.release()
        assert runs.wait() == Finish("length", 4, 0)
        failure = waits.wait()
    assert isinstance(failure, Failure)
    assert isinstance(failure.error, TooLate)


def test_who_waits_knows_its_place(running) -> None:
    stepper = GatedStepper(Room(64, 4, seats=1, step_tokens=32), writing("ab"))
    clients = [Client() for _ in range(4)]
    with running(stepper) as runner:
        tickets = [client.ask(runner, "x>") for client in clients]
        stepper.inside.acquire()
        assert tickets[0].place() is None
        places = [ticket.place() for ticket in tickets[1:]]
        assert [place.ahead for place in places] == [0, 1, 2]
        assert 0 < places[0].seconds <= places[2].seconds
        stepper.permits.release(100)
        for client in clients:
            client.wait()
        assert [ticket.place() for ticket in tickets] == [None] * 4


def test_a_full_queue_refuses_and_a_burst_is_let_in(running) -> None:
    stepper = GatedStepper(Room(64, 4, seats=4, step_tokens=32), writing("ab"))
    with running(stepper, limits=Limits(100, max_queue=2)) as runner:
        for _ in range(6):
            Client().ask(runner, "x>")
        with pytest.raises(QueueFull) as refused:
            Client().ask(runner, "x>")
        assert refused.value.retry_after >= 1


def test_a_failed_step_fails_who_runs_and_those_who_wait_are_answered(running) -> None:
    class Failing(GatedStepper):
        def step(self, rows):
            result = super().step(rows)
            if self.steps == 2:
                raise DeviceFailed("A rank died.")
            return result

    stepper = Failing(Room(64, 4, seats=2, step_tokens=32), writing("abc"))
    clients = [Client() for _ in range(5)]
    with running(stepper) as runner:
        clients[0].ask(runner, "x" * 9 + ">")
        stepper.inside.acquire()
        for client in clients[1:]:
            client.ask(runner, "x" * 9 + ">")
        stepper.permits.release(1000)
        ends = [client.wait() for client in clients]
        # What lay in the cache when the device failed is not trusted.
        assert runner.load().cache.blocks_in_use == 0
    assert [isinstance(end, Failure) for end in ends] == [True, True, False, False, False]
    assert all(client.content == "abc" for client in clients[2:])


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_after_a_bug_nobody_waits_in_vain(running) -> None:
    class Faulty(CacheStepper):
        def step(self, rows):
            raise AttributeError("a bug")

    client = Client()
    with running(Faulty(WIDE, writing("a"))) as runner:
        client.ask(runner, "x>")
        failure = client.wait()
        assert isinstance(failure, Failure)
        assert isinstance(failure.error, DeviceFailed)
        with pytest.raises(NotReady) as refused:
            client.ask(runner, "x>")
        assert refused.value.retry_after > 0


def test_closing_tells_everybody(running) -> None:
    stepper = GatedStepper(Room(64, 4, seats=1, step_tokens=32), writing("ab"))
    clients = [Client(), Client()]
    with running(stepper) as runner:
        for client in clients:
            client.ask(runner, "x>")
        stepper.inside.acquire()
        threading.Timer(0.05, stepper.permits.release).start()
        runner.close()
        assert all(isinstance(client.wait(), Failure) for client in clients)
        with pytest.raises(NotReady):
            clients[0].ask(runner, "x>")
