"""A Colophon whose model says what a test wants said; all else is real.

`python -m tests.e2e.small_house SAYS` serves it as `colophon up` does.
"""

import socket
import sys

import uvicorn

from app.main import create_app
from app.models.opening import Models
from app.settings import load_settings
from app.wiring import open_platform
from tests.fakes import EchoGenerator, ReadyModels, WordsEmbedder

ANSWERS_NOTHING = "http://127.0.0.1:9/v1"


class Server(uvicorn.Server):
    """Says what `colophon up` says when people can come in."""

    password = ""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        sys.stdout.write(f"shown only now: {self.password}\nPress Ctrl+C to stop.\n")
        sys.stdout.flush()


def main() -> None:
    settings = load_settings()
    models = Models(
        WordsEmbedder(), EchoGenerator(sys.argv[1]), None, ReadyModels(), ANSWERS_NOTHING
    )
    with open_platform(settings, models=models) as house:
        made = house.platform.accounts.create_first_admin()
        assert made is not None
        port = settings.server.port
        server = Server(uvicorn.Config(create_app(house.platform), port=port, log_config=None))
        server.password = made[1]
        server.run()


if __name__ == "__main__":
    main()
