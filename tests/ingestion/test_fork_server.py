"""One process forks a child for each file: what the children see, and who ends when whom."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from ingestion.blobs import Blobs
from ingestion.file_parser import FileParser
from ingestion.parsing import media
from ingestion.parsing.errors import Unreadable
from ingestion.parsing.parse import Parsed, ParseLimits, parse
from ingestion.parsing.server import ForkServer
from ingestion.records import VersionRecord
from retrieval.errors import Unavailable
from retrieval.types import DocumentId, VersionId

LIMITS = ParseLimits()
VERSION = VersionRecord(
    VersionId("v"),
    DocumentId("d"),
    1,
    "a.txt",
    media.PLAIN,
    1,
    "ab12",
    datetime(2026, 1, 1, tzinfo=UTC),
)


class Stream:
    """A text whose reader waits until `say` gives it words."""

    def __init__(self, path: Path, closing: ExitStack) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.mkfifo(path)
        self.path, self.closing = path, closing

    def wait(self) -> None:
        """Until a child has opened it, behind its fences."""
        self.writer = self.closing.enter_context(self.path.open("wb"))

    def say(self, words: str) -> None:
        with self.writer as writer:
            writer.write(words.encode())


Started = Callable[[Stream], Future[Parsed]]
Streams = Callable[[str], Stream]


@pytest.fixture
def a_stream(tmp_path: Path) -> Iterator[Streams]:
    with ExitStack() as closing:
        yield lambda name: Stream(tmp_path / name, closing)


@pytest.fixture
def server() -> Iterator[ForkServer]:
    with ForkServer() as opened:
        yield opened


@pytest.fixture
def start(server: ForkServer) -> Iterator[Started]:
    """Begins to read a stream; returns when a child waits for its words."""
    with ThreadPoolExecutor() as readers:

        def begun(stream: Stream) -> Future[Parsed]:
            path = stream.path
            reading = readers.submit(parse, server, path, media.PLAIN, path.name, LIMITS)
            stream.wait()
            return reading

        yield begun


def process_of(server: ForkServer) -> psutil.Process:
    return psutil.Process(server.number)


def only_child(server: ForkServer) -> psutil.Process:
    [child] = process_of(server).children()
    return child


def lives(process: psutil.Process) -> bool:
    """Also False when nobody has asked yet how it ended."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_for_the_end(*processes: psutil.Process) -> None:
    while any(map(lives, processes)):
        time.sleep(0.01)


def words(reading: Future[Parsed]) -> list[str]:
    return [block.text for block in reading.result(30).blocks]


def open_files(process: psutil.Process) -> dict[int, str]:
    folder = Path(f"/proc/{process.pid}/fd")
    return {int(entry.name): os.readlink(entry) for entry in folder.iterdir()}


def test_a_child_sees_nothing_of_the_app_of_the_server_or_of_another_file(
    server: ForkServer,
    start: Started,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    a_stream: Streams,
) -> None:
    monkeypatch.setenv("COLOPHON_SECRET", "do-not-tell")
    with (tmp_path / "secret").open("w") as secret:
        os.set_inheritable(secret.fileno(), True)
        streams = [a_stream(name) for name in ("a.txt", "b.txt")]
        readings = [start(stream) for stream in streams]
        children = process_of(server).children()
        held = [open_files(child) for child in children]
        for process in (process_of(server), *children):
            assert "do-not-tell" not in str(process.environ())
            assert str(tmp_path / "secret") not in open_files(process).values()
    for stream in streams:
        stream.say("read at last")
    assert [words(reading) for reading in readings] == [["read at last"]] * 2
    for number, files in enumerate(held):
        assert files[0] == "/dev/null"
        assert files[1] == files[2]  # what a library complains of
        assert files[3].startswith("pipe:")  # the answer
        assert files[4] == str(streams[number].path)
        assert set(files) == {0, 1, 2, 3, 4}
    assert not set(held[0].values()) & set(held[1].values()) - {"/dev/null"}


def test_two_files_are_read_at_once(start: Started, a_stream: Streams) -> None:
    first, second = a_stream("first.txt"), a_stream("second.txt")
    slow, quick = start(first), start(second)
    second.say("quick")
    assert words(quick) == ["quick"]
    assert not slow.done()
    first.say("slow")
    assert words(slow) == ["slow"]


def test_a_killed_server_costs_the_running_file_an_error_and_nothing_else(
    server: ForkServer,
    start: Started,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    a_stream: Streams,
) -> None:
    folders = tmp_path / "folders"
    folders.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folders))
    reading = start(a_stream("a.txt"))
    killed, child = server.number, only_child(server)
    process_of(server).kill()
    with pytest.raises(Unavailable, match="ended unexpectedly"):
        reading.result(30)
    wait_for_the_end(child)
    assert os.listdir(folders) == []
    again = a_stream("again.txt")
    reading = start(again)
    again.say("read by another")
    assert words(reading) == ["read by another"]
    assert server.number != killed


def test_a_job_outlives_the_server(server: ForkServer, tmp_path: Path, a_stream: Streams) -> None:
    blobs = Blobs(tmp_path)
    stream = a_stream("ab/ab12")
    parser = FileParser(blobs, LIMITS, server)
    with ThreadPoolExecutor() as readers:
        reading = readers.submit(parser, VERSION, media.PLAIN, lambda done, total: None)
        stream.wait()
        child, first = only_child(server), stream.writer
        process_of(server).kill()
        wait_for_the_end(child)
        stream.wait()
        first.close()
        stream.say("at the second try")
        assert words(reading) == ["at the second try"]


APP = """
import sys
from pathlib import Path
from ingestion.parsing.parse import ParseLimits, parse
from ingestion.parsing.server import ForkServer
parse(ForkServer(), Path(sys.argv[1]), "text/plain", "a.txt", ParseLimits())
"""


def test_the_end_of_the_app_ends_the_server_and_its_children(
    a_stream: Streams, tmp_path: Path
) -> None:
    stream = a_stream("a.txt")
    command = [sys.executable, "-c", APP, str(stream.path)]
    # What a killed app leaves of its temporary folder is left here.
    with subprocess.Popen(command, env={"TMPDIR": str(tmp_path)}) as app:
        stream.wait()
        processes = psutil.Process(app.pid).children(recursive=True)
        app.kill()
    assert len(processes) == 2
    wait_for_the_end(*processes)


def test_a_server_that_closes_takes_no_file_and_lets_the_last_be_read(
    server: ForkServer, start: Started, a_stream: Streams
) -> None:
    stream = a_stream("a.txt")
    reading, process = start(stream), process_of(server)
    server.renew()
    stream.say("to its end")
    assert words(reading) == ["to its end"]
    server.close()
    assert not process.is_running()
    with pytest.raises(Unavailable, match="shutting down"):
        parse(server, stream.path, media.PLAIN, "b.txt", LIMITS)


def test_after_a_crash_the_next_file_is_read_by_a_new_process(
    server: ForkServer, start: Started, a_stream: Streams
) -> None:
    reading, before = start(a_stream("a.txt")), server.number
    only_child(server).send_signal(signal.SIGSEGV)
    with pytest.raises(Unreadable, match="is damaged"):
        reading.result(30)
    stream = a_stream("b.txt")
    reading = start(stream)
    stream.say("unharmed")
    assert words(reading) == ["unharmed"]
    assert server.number not in (None, before)


def test_a_reader_that_waits_for_ever_is_stopped_by_the_clock(
    server: ForkServer, a_stream: Streams
) -> None:
    stream = a_stream("a.txt")
    with pytest.raises(Unreadable, match=r"longer than 0\.2 seconds"):
        parse(server, stream.path, media.PLAIN, "a.txt", replace(LIMITS, seconds=0.2))
    assert process_of(server).children() == []


def test_no_reader_starts_a_thread_in_the_server() -> None:
    """A fork would copy it half."""
    program = (
        "import os, sys\n"
        "from ingestion.parsing.media import FORMATS\n"
        "from ingestion.parsing.reading import make_ready\n"
        "sys.modules['torch'] = None\n"
        "for known in FORMATS:\n    make_ready(known.media_type)\n"
        "print(len(os.listdir('/proc/self/task')))\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", program],
        stdout=subprocess.PIPE,
        check=True,
        env={"OPENBLAS_NUM_THREADS": "1", "UNSTRUCTURED_DISABLE_NOTICE": "1"},
    )
    assert int(done.stdout) == 1
