"""What the server and its ranks say to each other: frames on a stream socket. No pickles.

A step goes to every rank. What a rank knows already is not said again: a row's blocks change once
in many steps, its choice never.
"""

import json
import socket
import struct
from array import array
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from engine.batching.plan import Choice, Chosen, Row

_LENGTH = struct.Struct("<I")
_SAME = -1  # instead of a count of blocks
_NO_CHOICE, _SAME_CHOICE, _NEW_CHOICE = 0, 1, 2


class RowWriter:
    """Rows to bytes, for a RowReader that got all frames before."""

    def __init__(self) -> None:
        self._blocks: dict[int, list[int]] = {}  # by seat, as said last
        self._choices: dict[int, Choice] = {}

    def frame(self, rows: Sequence[Row]) -> bytes:
        numbers = array("i", (len(rows),))
        choices: list[dict[str, Any]] = []
        for row in rows:
            blocks = list(row.blocks)
            same = self._blocks.get(row.seat) == blocks
            kind = self._kind(row)
            mask = array("i", row.allowed() if row.allowed else b"")
            told = _SAME if same else len(blocks)
            numbers.extend((row.seat, row.start, len(row.tokens), told, kind, len(mask)))
            numbers.extend(mask)
            numbers.extend(row.tokens)
            if not same:
                numbers.extend(blocks)
                self._blocks[row.seat] = blocks
            if kind == _NEW_CHOICE and row.choice is not None:
                choices.append(asdict(row.choice))
                self._choices[row.seat] = row.choice
        return _LENGTH.pack(len(numbers)) + numbers.tobytes() + json.dumps(choices).encode()

    def _kind(self, row: Row) -> int:
        if row.choice is None:
            return _NO_CHOICE
        return _SAME_CHOICE if self._choices.get(row.seat) == row.choice else _NEW_CHOICE


class RowReader:
    """Bytes to rows."""

    def __init__(self) -> None:
        self._blocks: dict[int, list[int]] = {}
        self._choices: dict[int, Choice] = {}

    def rows(self, frame: bytes) -> list[Row]:
        (count,) = _LENGTH.unpack_from(frame)
        end = _LENGTH.size + count * array("i").itemsize
        numbers = array("i", frame[_LENGTH.size : end])
        choices = iter(json.loads(frame[end:]))
        rows, at = [], 1
        for _ in range(numbers[0]):
            seat, start, tokens, blocks, kind, bits = numbers[at : at + 6]
            at += 6
            mask = numbers[at : at + bits]
            at += bits
            words = numbers[at : at + tokens]
            at += tokens
            if blocks != _SAME:
                self._blocks[seat] = list(numbers[at : at + blocks])
                at += blocks
            if kind == _NEW_CHOICE:
                self._choices[seat] = Choice(**next(choices))
            choice = None if kind == _NO_CHOICE else self._choices[seat]
            allowed = mask.tobytes if bits else None
            rows.append(Row(seat, words, start, self._blocks[seat], choice, allowed))
        return rows


def chosen_frame(chosen: Sequence[Chosen]) -> bytes:
    return array("d", (part for one in chosen for part in (one.token, one.logprob))).tobytes()


def chosen_in(frame: bytes) -> list[Chosen]:
    parts = array("d", frame)
    return [
        Chosen(int(token), logprob) for token, logprob in zip(parts[::2], parts[1::2], strict=True)
    ]


def send(connection: socket.socket, frame: bytes) -> None:
    """Raises: OSError when nobody listens any more."""
    connection.sendall(_LENGTH.pack(len(frame)) + frame)


def receive(connection: socket.socket) -> bytes:
    """The next frame. Raises: EOFError, OSError when the other side has ended."""
    (length,) = _LENGTH.unpack(_exactly(connection, _LENGTH.size))
    return _exactly(connection, length)


def _exactly(connection: socket.socket, length: int) -> bytes:
    found = bytearray(length)
    view, at = memoryview(found), 0
    while at < length:
        count = connection.recv_into(view[at:])
        if not count:
            raise EOFError("the other side has ended")
        at += count
    return bytes(found)
