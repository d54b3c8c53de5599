"""The brake: much that vanished at once is more likely a fault of the share than a clean-up."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Vanished:
    gone: int  # of the documents that were known
    known: int
    removed: int = 0  # by this run before it was interrupted


def held_because(vanished: Vanished, brake_share: float) -> str | None:
    """Why nothing may be removed, as a sentence; None when it may."""
    gone, known = vanished.gone + vanished.removed, vanished.known + vanished.removed
    if not vanished.gone:
        return None
    if gone == known:
        return (
            f"Nothing is left of the {known:,} documents of this source, as if it were not "
            "connected. So nothing was removed."
        )
    if gone / known > brake_share:
        return (
            f"{gone:,} of {known:,} documents vanished, {gone / known:.0%} and more than the "
            f"{brake_share:.0%} that may vanish in one run. So nothing was removed."
        )
    return None
