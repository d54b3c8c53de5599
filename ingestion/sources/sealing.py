"""Credentials at rest: sealed with a key that is not in the database."""

import base64
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from retrieval.errors import Unavailable

KEY_FILE: Final = "sources.key"


@dataclass(frozen=True, slots=True)
class Sealer:
    key: bytes = field(repr=False)  # as Fernet takes it

    def seal(self, content: bytes) -> bytes:
        return Fernet(self.key).encrypt(content)

    def open(self, sealed: bytes) -> bytes:
        """Raises: Unavailable for what another key sealed, or what was changed since."""
        try:
            return Fernet(self.key).decrypt(sealed)
        except InvalidToken as error:
            raise Unavailable(
                "The source's credentials cannot be opened: they were sealed with another key than "
                f"{KEY_FILE} of the data folder or the setting secret_key. Please give them again."
            ) from error


def open_sealer(data_dir: Path, secret: str | None) -> Sealer:
    """With the setting's secret, else with the data folder's key, which is made when missing.

    Raises: Unavailable when the key file cannot be read or is none.
    """
    if secret is not None:
        return Sealer(_derived(secret))
    path = data_dir / KEY_FILE
    try:
        if not path.exists():
            _make(path)
        key = path.read_bytes().strip()
        Fernet(key)
    except (OSError, ValueError) as error:
        raise Unavailable(f"The key of the sources' credentials, {path}, is unusable.") from error
    return Sealer(key)


def _derived(secret: str) -> bytes:
    """The same on every machine with the same setting. Source: RFC 5869."""
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"colophon sources")
    return base64.urlsafe_b64encode(derivation.derive(secret.encode()))


def _make(path: Path) -> None:
    """Whole or not at all, readable by its owner only; of two processes, one wins."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{KEY_FILE}")  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(Fernet.generate_key())
            file.flush()
            os.fsync(file.fileno())
        os.link(name, path)
    except FileExistsError:
        return
    finally:
        os.unlink(name)
