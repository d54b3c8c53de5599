"""`colophon up`, `web` and `worker`."""

import signal
import sys
import threading
from contextlib import closing

from app.cli.terminal import console
from app.house import House
from app.logs import configure_logging
from app.serving import http_url, listen, serve
from app.settings import Settings
from app.wiring import open_platform


def up(settings: Settings, *, works: bool, samples: bool) -> None:
    """Serves until told to stop; `works` also does the jobs."""
    configure_logging(settings.log.level, settings.log.format)
    # NOTE: uvicorn repeats the signal when it has ended; unheard, it would end this process before
    # the house is closed.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit())
    with closing(listen(settings)) as listening, open_platform(settings, works=works) as house:
        first = house.platform.accounts.create_first_admin()
        if samples and works:
            house.samples.install()
        serve(house, listening, lambda: _welcome(house, first[1] if first else None))


def work(settings: Settings) -> None:
    """Does the jobs, without a web, until told to stop."""
    configure_logging(settings.log.level, settings.log.format)
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    with open_platform(settings):
        console.print("Working. Press Ctrl+C to stop.")
        stopping.wait()


def _welcome(house: House, password: str | None) -> None:
    server = house.platform.settings.server
    url = server.public_url or http_url(server.host, server.port)
    console.print("\n  Colophon is at", end=" ")
    console.print(url, style="bold", markup=False, highlight=False)
    if password is not None:
        console.print("  Sign in as [bold]admin[/bold] with this password, shown only now:")
        console.print(f"  [bold]{password}[/bold]", highlight=False)
    console.print("  Press Ctrl+C to stop.\n")
