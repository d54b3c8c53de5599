"""Compressed answers, unpacked a little at a time: a bomb cannot fill the memory."""

import zlib
from collections.abc import Iterator
from typing import Final

from retrieval.errors import Unavailable

ACCEPTED: Final = "gzip"
_PIECE: Final = 64 * 1024
_EITHER_HEADER: Final = zlib.MAX_WBITS | 32  # gzip's or zlib's


def inflated(pieces: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """The content in pieces of at most 64 KiB. `encoding` is the header Content-Encoding.

    Raises: Unavailable for what was not asked for, is damaged, or ends early.
    """
    name = encoding.strip().lower()
    if name in {"", "identity"}:
        return pieces
    if name not in {"gzip", "x-gzip", "deflate"}:
        raise Unavailable("The server answered in a compression that was not asked for.")
    return _inflate(pieces)


def _inflate(pieces: Iterator[bytes]) -> Iterator[bytes]:
    member = zlib.decompressobj(_EITHER_HEADER)
    fresh = True
    try:
        for piece in pieces:
            rest = piece
            while rest:
                if member.eof:  # gzip files may be joined
                    member = zlib.decompressobj(_EITHER_HEADER)
                fresh = False
                yield member.decompress(rest, _PIECE)
                rest = member.unused_data if member.eof else member.unconsumed_tail
        while not member.eof and (more := member.decompress(b"", _PIECE)):
            yield more
    except zlib.error as error:
        raise Unavailable("The server's compressed answer is damaged.") from error
    if not fresh and not member.eof:
        raise Unavailable("The server's answer ended early.")
