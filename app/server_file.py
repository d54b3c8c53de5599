"""Where the running server is, for the commands that ask it: `server.json` in the data folder.

It holds the address and a fresh random token (`LocalKey`), has the mode 0600, and is removed
when the server stops. Imports nothing heavy: every command that asks begins here.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path

FILE = "server.json"


@dataclass(frozen=True, slots=True)
class ServerAddress:
    url: str  # without a trailing slash
    engine_url: str
    token: str
    pid: int


def publish(data_dir: Path, address: ServerAddress) -> None:
    """Readable by the owner of the process alone, from its first byte on."""
    path = data_dir / FILE
    temporary = path.with_suffix(".tmp")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(
            {
                "url": address.url,
                "engine_url": address.engine_url,
                "token": address.token,
                "pid": address.pid,
            },
            file,
        )
    temporary.replace(path)


def withdraw(data_dir: Path) -> None:
    (data_dir / FILE).unlink(missing_ok=True)


def running_server(data_dir: Path) -> ServerAddress | None:
    """The server that wrote the file, if its process still lives."""
    try:
        found = json.loads((data_dir / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    address = ServerAddress(found["url"], found["engine_url"], found["token"], found["pid"])
    return address if Path(f"/proc/{address.pid}").exists() else None
