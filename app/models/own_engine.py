"""Our own engine for models that the settings name: where it listens, and the key to it."""

import os
import socket
import tomllib
from dataclasses import dataclass
from pathlib import Path

from app.models.process import EngineProcess
from app.tokens import new_token
from retrieval.errors import Unavailable

# What the engine unpacks from packages; every other name is a folder or a hub id.
BUNDLED = ("multilingual-e5-small", "SmolLM2-135M-Instruct")
NONE = "none"
ACCOUNT = "colophon"  # our name with the engine


@dataclass(frozen=True, slots=True)
class Wanted:
    """The model of each role; None: none."""

    embedder: str
    generator: str | None = None
    reranker: str | None = None


@dataclass(frozen=True, slots=True)
class OwnEngine:
    process: EngineProcess  # not started yet
    url: str  # ends in /v1
    key: str

    @classmethod
    def prepared(cls, name: str, data_dir: Path, wanted: Wanted) -> "OwnEngine":
        """`name` is that of its files in the data folder: NAME.log and NAME.key."""
        key, port = new_token("cle_"), _free_port()
        arguments = [
            "--host=127.0.0.1",
            f"--port={port}",
            f"--data-dir={data_dir}",
            f"--embedder={_source(wanted.embedder)}",
            f"--generator={_source(wanted.generator)}",
            f"--reranker={_source(wanted.reranker)}",
            f"--api-key-file={_keep_key(data_dir / f'{name}.key', key)}",
            f"--exit-with={os.getpid()}",
        ]
        process = EngineProcess(arguments, data_dir / f"{name}.log")
        return cls(process, f"http://127.0.0.1:{port}/v1", key)


def _source(model: str | None) -> str:
    return "bundled" if model in BUNDLED else model or NONE


def _keep_key(path: Path, key: str) -> Path:
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f'[{ACCOUNT}]\nkey = "{key}"\n')
    return path


def kept_key(data_dir: Path, name: str) -> str:
    """Of the engine of a server that runs in the data folder.

    Raises: Unavailable when it has none, or one that another version wrote.
    """
    try:
        accounts = tomllib.loads((data_dir / f"{name}.key").read_text(encoding="utf-8"))
        return str(accounts[ACCOUNT]["key"])
    except (OSError, tomllib.TOMLDecodeError, KeyError) as error:
        raise Unavailable("The running server's key to its engine cannot be read.") from error


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
