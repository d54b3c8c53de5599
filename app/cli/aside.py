"""A server for the length of one command. Loaded only when none runs: it brings the whole house."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.logs import configure_logging
from app.server_file import ServerAddress
from app.serving import listen_anywhere, served_aside
from app.settings import Settings
from app.wiring import open_platform


@contextmanager
def server(settings: Settings) -> Iterator[ServerAddress]:
    """On a free port of this machine."""
    # Its log goes to standard error: standard output is the command's own.
    configure_logging("warning", settings.log.format)
    with open_platform(settings) as house, served_aside(house, listen_anywhere()) as address:
        house.platform.accounts.create_first_admin()
        yield address
