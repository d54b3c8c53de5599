"""Counts for the app in a process of its own: `python -m app.models.token_child FD LONGEST PREFIX`.

FD is an open tokenizer.json. The first line that it writes is `[identity, room]`; each line that it
reads is a JSON list of texts and is answered by a list of their tokens. It ends with its input, or
when it was not asked for IDLE_SECONDS.
"""

import json
import os
import select
import sys
from collections.abc import Sequence
from typing import Final

from app.models.tokenizing import TokenizerTokens, counter_of

IDLE_SECONDS: Final = 30.0


def main() -> None:
    descriptor, longest, prefix = sys.argv[1:]
    counter = counter_of(_content(int(descriptor)), int(longest), prefix)
    _answer([counter.identity, counter.room])
    while _asked(counter):
        pass


def _asked(counter: TokenizerTokens) -> bool:
    """Nothing is ever left in the buffer: the app asks again only when it was answered."""
    ready, _, _ = select.select([sys.stdin], [], [], IDLE_SECONDS)
    line = sys.stdin.readline() if ready else ""
    if line:
        _answer(counter.count(json.loads(line)))
    return bool(line)


def _answer(content: Sequence[int | str]) -> None:
    sys.stdout.write(json.dumps(content) + "\n")
    sys.stdout.flush()


def _content(descriptor: int) -> bytes:
    """From its beginning, wherever an earlier child stopped reading."""
    return os.pread(descriptor, os.fstat(descriptor).st_size, 0)


if __name__ == "__main__":
    main()
