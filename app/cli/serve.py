"""`colophon up`, `web` and `worker`."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TextIO

from app.cli.first_start import Watch
from app.cli.terminal import console
from app.data_folder import make_data_folder
from app.house import House
from app.logs import configure_logging
from app.serving import http_url, listen, serve
from app.settings import Settings
from app.wiring import open_platform

LOG_FILE = "colophon.log"


def up(settings: Settings, *, works: bool, samples: bool) -> None:
    """Serves until told to stop; `works` also does the jobs."""
    # NOTE: uvicorn repeats the signal when it has ended; unheard, it would end this process before
    # the house is closed.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit())
    with (
        _logging(settings),
        closing(listen(settings)) as listening,
        open_platform(settings, works=works) as house,
    ):
        first = house.platform.accounts.create_first_admin()
        installed = house.samples.install() if samples and works else 0
        watch = Watch(house, examine=installed > 0)
        serve(house, listening, lambda: _welcome(house, watch, first[1] if first else None))
        watch.stop()


def work(settings: Settings) -> None:
    """Does the jobs, without a web, until told to stop."""
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    with _logging(settings), open_platform(settings):
        console.print("Working. Press Ctrl+C to stop.")
        stopping.wait()


@contextmanager
def _logging(settings: Settings) -> Iterator[None]:
    """To standard error, as services want it; to a file when a person watches a terminal."""
    make_data_folder(settings.data_dir)
    if not sys.stderr.isatty():
        configure_logging(settings.log.level, settings.log.format)
        yield
        return
    with (settings.data_dir / LOG_FILE).open("a", encoding="utf-8") as file:
        stream: TextIO = file
        configure_logging(settings.log.level, settings.log.format, stream)
        yield
        # What is still logged while the process ends has no file any more.
        configure_logging("error", settings.log.format)


def _welcome(house: House, watch: Watch, password: str | None) -> None:
    settings = house.platform.settings
    server = settings.server
    url = server.public_url or http_url(server.host, server.port)
    console.print("\n  Colophon is at", end=" ")
    console.print(url, style="bold", markup=False, highlight=False)
    if password is not None:
        console.print("  Sign in as [bold]admin[/bold] with this password, shown only now:")
        console.print(f"  [bold]{password}[/bold]", highlight=False)
    if sys.stderr.isatty():
        console.print(f"  Log: {settings.data_dir / LOG_FILE}", markup=False, highlight=False)
    console.print("  Press Ctrl+C to stop.\n")
    watch.start()
