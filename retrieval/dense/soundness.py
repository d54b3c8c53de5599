"""Whether the vector index on disk can be used now."""

from enum import StrEnum


class Soundness(StrEnum):
    SOUND = "sound"
    REOPENS = "reopens"  # a write failed; it is opened anew before the next search or write
    WAITS_FOR_ROOM = "waits for room"  # the same, but not before the disk has some
