"""Equal shares of the device for every user who waits.

The virtual token counter of Sheng et al., "Fairness in Serving Large Language Models" (OSDI 2024):
whoever had the least is next, and whoever comes back after a pause brings no savings along. Two
users who always wait never differ by more than 2 max(PROMPT_WEIGHT L, ANSWER_WEIGHT M), with L
tokens in the longest prompt and M in the cache.
"""

from collections.abc import Iterable

PROMPT_WEIGHT = 1  # the paper's weights: a written token costs about as much as two read ones
ANSWER_WEIGHT = 2
_MANY = 4096  # accounts, before those that say nothing are closed


class Accounts:
    """What each user had, in weighted tokens."""

    def __init__(self) -> None:
        self._had: dict[str, int] = {}
        self._last = ""  # the user who ended waiting last

    def had(self, user: str) -> int:
        return self._had.get(user, 0)

    def charge(self, user: str, weighted_tokens: int) -> None:
        self._had[user] = self._had.get(user, 0) + weighted_tokens

    def join(self, user: str, waiting: Iterable[str]) -> None:
        """`user` begins to wait beside the users `waiting`."""
        least = min((self.had(other) for other in waiting), default=self.had(self._last))
        self._had[user] = max(self.had(user), least)
        if len(self._had) > _MANY:
            self._close_accounts(least, {user, self._last, *waiting})

    def leave(self, user: str) -> None:
        """`user` waits no more."""
        self._last = user

    def _close_accounts(self, least: int, needed: set[str]) -> None:
        """Whoever had no more than `least` would be lifted to it when it comes back."""
        self._had = {user: had for user, had in self._had.items() if had > least or user in needed}
