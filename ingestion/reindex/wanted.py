"""What the settings want indexes to be built with, known once the embedder has loaded."""

from dataclasses import dataclass

from ingestion.making import Maker
from retrieval.store.live import BuiltWith


@dataclass(slots=True)
class WantedIndex:
    maker: Maker
    _known: BuiltWith | None = None

    def now(self) -> BuiltWith:
        """Raises: Unavailable while the embedder loads."""
        self._known = self.maker.makes()
        return self._known

    def differs(self, live: BuiltWith | None) -> bool:
        """Whether the live index is another one. Never asks a model: whoever lists knowledge bases
        does not wait for one, and learns of another chunker as soon as `now` has answered.
        """
        if live is None:
            return False
        if self._known is None:
            return live.embedder != self.maker.embedder.identity.key
        return live != self._known
