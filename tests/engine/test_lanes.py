import threading
from collections.abc import Sequence

import pytest

from engine.errors import DeviceFailed, NotReady, QueueFull
from engine.lanes import Crew, Lane, Limits


class Steps:
    """Work that does one slice for each permit, and remembers the slices."""

    def __init__(self) -> None:
        self.permits = threading.Semaphore(0)
        self.started = threading.Semaphore(0)
        self.slices: list[list[str]] = []

    def work(self, texts: Sequence[str]) -> list[str]:
        self.slices.append(list(texts))
        self.started.release()
        self.permits.acquire()
        if "bad" in texts:
            raise DeviceFailed("The computation failed.")
        return [text.upper() for text in texts]


@pytest.fixture
def steps():
    return Steps()


@pytest.fixture
def lane(steps):
    lane = Lane(steps.work, list, lambda _: 1, Limits(slice_size=2, max_queue=2))
    yield lane
    steps.permits.release(1000)
    lane.close()


@pytest.fixture
def by_length(steps):
    lane = Lane(steps.work, list, len, Limits(slice_size=4, max_queue=2))
    steps.permits.release(1000)
    yield lane
    lane.close()


def test_results_come_in_input_order_whatever_the_slices(lane, steps):
    steps.permits.release(10)
    assert lane.submit(["ccc", "a", "bb", "dddd", "e"]).result() == ["CCC", "A", "BB", "DDDD", "E"]


def test_a_slice_holds_as_much_as_fits_and_at_least_one(by_length, steps):
    by_length.submit(["ccccc", "a", "bb", "dddd", "e", "ff"]).result()
    assert steps.slices == [["a", "e", "bb"], ["ff"], ["dddd"], ["ccccc"]]


def test_two_threads_compute_one_batch_together():
    meeting, begun = threading.Barrier(2, timeout=10), []

    def work(texts: Sequence[str]) -> list[str]:
        meeting.wait()  # passes only when both threads are inside
        return [text.upper() for text in texts]

    crew = Crew(2, lambda: begun.append(threading.get_ident()))
    lane = Lane(work, list, len, Limits(slice_size=1, max_queue=2), crew)
    assert lane.submit(["a", "b", "c", "d"]).result() == ["A", "B", "C", "D"]
    lane.close()
    assert len(set(begun)) == 2


def test_a_batch_of_two_threads_fails_once_and_the_rest_is_not_computed():
    computed = []

    def work(texts: Sequence[str]) -> list[str]:
        computed.extend(texts)
        raise DeviceFailed("The computation failed.")

    lane = Lane(work, list, len, Limits(slice_size=1, max_queue=2), Crew(2))
    with pytest.raises(DeviceFailed):
        lane.submit(["x"] * 50).result()
    lane.close()
    assert len(computed) < 50


def test_a_question_waits_for_one_slice_of_a_big_batch_at_most(lane, steps):
    bulk = lane.submit(["1", "22", "333", "4444", "55555", "666666"])
    steps.started.acquire()
    question = lane.submit(["why"])
    steps.permits.release(2)
    assert question.result() == ["WHY"]
    assert steps.slices[:2] == [["1", "22"], ["why"]]
    steps.permits.release(10)
    assert len(bulk.result()) == 6


def test_a_full_queue_refuses(lane, steps):
    lane.submit(["a"])
    steps.started.acquire()
    lane.submit(["b"])
    lane.submit(["c"])
    with pytest.raises(QueueFull):
        lane.submit(["d"])


def test_a_cancelled_batch_frees_its_place_and_computes_no_more(lane, steps):
    bulk = lane.submit(["1", "2", "3", "4"])
    steps.started.acquire()
    bulk.cancel()
    steps.permits.release(10)
    assert lane.submit(["next"]).result() == ["NEXT"]
    assert steps.slices == [["1", "2"], ["next"]]


def test_a_failure_reaches_the_one_who_asked_and_the_lane_goes_on(lane, steps):
    steps.permits.release(10)
    with pytest.raises(DeviceFailed):
        lane.submit(["bad"]).result()
    assert lane.submit(["good"]).result() == ["GOOD"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_after_an_unforeseen_error_nobody_waits_in_vain():
    def work(texts: Sequence[str]) -> list[str]:
        raise AttributeError("a bug")

    lane = Lane(work, list, len, Limits(slice_size=2, max_queue=2))
    with pytest.raises(DeviceFailed):
        lane.submit(["a"]).result()
    with pytest.raises(NotReady):
        lane.submit(["b"])
    lane.close()
