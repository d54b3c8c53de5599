"""What silences a checker says why; nothing catches everything or exists for types only."""

import re
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parent.parent
FILES = [
    path
    for package in ("app", "engine", "ingestion", "retrieval")
    for path in sorted((HOUSE / package).rglob("*.py"))
]
MARK = re.compile(r"#\s*(?:noqa|type:\s*ignore)")
EXPLAINED = re.compile(
    r"#\s*(?:noqa: [A-Z]+\d+|type: ignore\[[a-z-]+\])  ?(?:\(\S|- \S|# \S)"  # and then its reason
)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(HOUSE).as_posix())
def test_nothing_is_silenced_without_a_reason(path: Path) -> None:
    text = path.read_text()
    marked = [line for line in text.splitlines() if MARK.search(line)]
    assert [line for line in marked if not EXPLAINED.search(line)] == []
    assert "except Exception" not in text
    assert "TYPE_CHECKING" not in text
