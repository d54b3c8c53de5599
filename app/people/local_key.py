"""The key of the command line: whoever may read the data folder may speak for the administrator.

A running server writes its address and a fresh random token to `server.json` (mode 0600) in the
data folder and removes it when it stops. `colophon ask` and its like find the server by it.
"""

import hmac
import json
import os
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from app.people.user import User, user_from_row
from app.tables import users
from app.tokens import new_token
from retrieval.store.database import Database

FILE = "server.json"


@dataclass(frozen=True, slots=True)
class ServerAddress:
    url: str  # without a trailing slash
    engine_url: str
    token: str
    pid: int


@dataclass(frozen=True, slots=True)
class LocalKey:
    database: Database
    token: str

    @classmethod
    def fresh(cls, database: Database) -> "LocalKey":
        return cls(database, new_token("cll_"))

    def user_of(self, token: str) -> User | None:
        """The oldest enabled administrator, when the token is ours."""
        if not hmac.compare_digest(token.encode(), self.token.encode()):
            return None
        query = (
            select(users)
            .where(users.c.role == "admin", users.c.disabled.is_(False))
            .order_by(users.c.created_at)
            .limit(1)
        )
        with self.database.read() as connection:
            row = connection.execute(query).one_or_none()
        return user_from_row(row) if row is not None else None


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
