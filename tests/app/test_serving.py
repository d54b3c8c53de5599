"""The server around the application: how it stops."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import httpx

from app.clock import utc_now
from app.house import House
from app.library.sample_library import SampleLibrary
from app.models.opening import Models
from app.people.user import User
from app.platform import Platform
from app.serving import listen_anywhere, served_aside
from app.tokens import new_id
from tests.app.conftest import MovableClock
from tests.app.furnished import furnish
from tests.app.scripted import WaitForStop
from tests.fakes import EchoGenerator, ReadyModels, WordsEmbedder


def test_a_server_that_is_told_to_stop_ends_its_answers_first(
    platform: Platform, clock: MovableClock, tmp_path: Path, admin: User
) -> None:
    furnished = furnish(platform, clock, tmp_path, admin)
    furnished.answers.script = [WaitForStop()]
    models = Models(WordsEmbedder(), EchoGenerator(), None, ReadyModels(), "http://none/v1")
    samples = SampleLibrary(platform.database, furnished.platform.uploads, utc_now, new_id)
    house = House(furnished.platform, models, samples)
    begun = Event()

    def lines(url: str, token: str) -> Iterator[str]:
        headers = {"Authorization": f"Bearer {token}"}
        body = {"question": "How many days?"}
        with httpx.stream("POST", f"{url}/api/v1/answers", json=body, headers=headers) as answer:
            for line in answer.iter_lines():
                begun.set()
                yield line

    with ThreadPoolExecutor(1) as reader:
        with served_aside(house, listen_anywhere()) as address:
            reading = reader.submit(lambda: list(lines(address.url, address.token)))
            assert begun.wait(20)
        read = reading.result(20)
    assert [line for line in read if line.startswith("event:")] == [
        "event: started",
        "event: finished",
    ]
    assert furnished.answers.stopped == 1
