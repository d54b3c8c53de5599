"""Rules of the house that no linter knows: sizes, names, and what may be imported where."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("app", "ingestion", "retrieval", "engine")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
TESTS = sorted(path for folder in ("tests", "benchmarks") for path in (ROOT / folder).rglob("*.py"))
WEB = sorted(
    path
    for ending in ("*.ts", "*.tsx")
    for path in (ROOT / "web" / "src").rglob(ending)
    if path.name != "schema.d.ts"  # generated
)
LONGEST_MODULE = 300  # lines
LONGEST_PROTOCOL = 3  # methods of its own
BANNED = {"utils", "util", "helpers", "helper", "common", "shared", "misc", "manager", "service"}
TOP = {"app", "ingestion", "retrieval", "engine", "web", "tests", "alembic", "pyproject.toml"}


def _classes(path: Path) -> Iterator[ast.ClassDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef):
            yield node


def test_a_module_fits_in_the_head() -> None:
    lines = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in MODULES + TESTS + WEB
    }
    assert {name: count for name, count in lines.items() if count > LONGEST_MODULE} == {}


def test_no_module_is_named_after_nothing() -> None:
    named = {path.stem.replace("-", "_") for path in MODULES + TESTS + WEB}
    assert not {name for name in named if set(name.split("_")) & BANNED}


def test_no_two_modules_of_tests_share_a_name() -> None:
    """pytest imports them by their bare names: run together, the second would not be found."""
    names = Counter(path.name for path in TESTS if path.name.startswith("test_"))
    assert {name for name, count in names.items() if count > 1} == set()


def test_protocols_are_small() -> None:
    large = {
        f"{path.name}: {found.name}"
        for path in MODULES
        for found in _classes(path)
        if any(isinstance(base, ast.Name) and base.id == "Protocol" for base in found.bases)
        and sum(isinstance(part, ast.FunctionDef) for part in found.body) > LONGEST_PROTOCOL
    }
    assert not large


def test_the_rooms_that_the_customer_named_are_there() -> None:
    assert {path.name for path in ROOT.iterdir()} >= TOP
    # An __init__.py there would shadow the package of the same name.
    assert not (ROOT / "alembic" / "__init__.py").exists()
