"""Shapes of the probes."""

from typing import Literal

from app.shapes.base import Out


class HealthOut(Out):
    status: Literal["alive"]


class ReadyOut(Out):
    ready: bool
    reasons: list[str]  # sentences; empty when ready
