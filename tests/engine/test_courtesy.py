"""What the night computes on a GPU gives way to whoever chats there."""

import threading
import time

from engine.devices import Courtesy


def test_a_piece_of_the_night_waits_until_the_prompt_is_read():
    courtesy, begun = Courtesy(), threading.Event()

    def night() -> None:
        with courtesy.modestly():
            begun.set()

    courtesy.reads()
    thread = threading.Thread(target=night)
    thread.start()
    assert not begun.wait(0.05)
    courtesy.writes()
    assert begun.wait(5)
    thread.join()


def test_prompts_without_end_do_not_stop_the_night():
    courtesy, over = Courtesy(), threading.Event()

    def read_on() -> None:
        while not over.wait(0.01):
            courtesy.reads()

    courtesy.reads()
    thread = threading.Thread(target=read_on)
    thread.start()
    begin = time.monotonic()
    with courtesy.modestly():
        waited = time.monotonic() - begin
    over.set()
    thread.join()
    assert 0.1 < waited < 5


def test_nothing_waits_where_nobody_chats():
    courtesy = Courtesy()
    assert not courtesy.chatting
    with courtesy.modestly(), courtesy.modestly():
        pass
    courtesy.writes()
    assert courtesy.chatting
