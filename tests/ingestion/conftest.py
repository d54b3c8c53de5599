from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from ingestion.parsing.parse import Parsed, ParseLimits
from ingestion.sniff import sniff
from tests.ingestion.parsed import parse

FILES = Path(__file__).parent / "files"


@pytest.fixture(scope="session")
def files() -> Path:
    """Small files of every format; see the README there."""
    return FILES


@pytest.fixture(scope="session")
def read() -> Callable[[str], Parsed]:
    """Sniffs and parses one of `files`, once a session."""

    @cache
    def parsed(name: str) -> Parsed:
        path = FILES / name
        return parse(path, sniff(path, name), name, ParseLimits())

    return parsed
