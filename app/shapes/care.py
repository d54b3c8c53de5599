"""Shapes of the doctor's findings."""

from app.shapes.base import Out


class FindingOut(Out):
    """`fix` is the command that mends it; empty when `ok`."""

    check: str
    ok: bool
    detail: str
    fix: str
