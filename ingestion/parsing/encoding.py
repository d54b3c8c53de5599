"""Bytes to text, for files that do not say how they are written.

Order: byte order mark; strict UTF-8; what the file declares; UTF-16 by its zero bytes; GB18030
or Big5 by how well the bytes pair up in the ranges of common characters; charset-normalizer;
Windows-1252. GB18030 accepts nearly any bytes, so that it decodes proves nothing.
"""

import codecs
import re
from typing import Final

from charset_normalizer import from_bytes

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED: Final = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.I)
# Browsers read the left names as the right ones, because so do the pages' authors.
_SUPERSETS: Final = {"gb2312": "gb18030", "gbk": "gb18030", "iso-8859-1": "cp1252"}
_SAMPLE: Final = 64 * 1024
_GB_PAIR: Final = re.compile(rb"[\xa1-\xa9\xb0-\xd7][\xa1-\xfe]")  # symbols, most common 3,755
_BIG5_PAIR: Final = re.compile(rb"[\xa1-\xa3\xa4-\xc6][\x40-\x7e\xa1-\xfe]")  # the same of Big5
_ANY_PAIR: Final = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]|[\x80-\xff]")
_CONVINCING: Final = 0.85
_FEW_HIGH_BYTES: Final = 40  # below that charset-normalizer guesses


def decode(data: bytes, declared: str | None = None) -> str:
    """Text of `data`; bytes that fit nowhere become U+FFFD. Never raises."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    for candidate in ("utf-8", _known(declared)):
        text = _strictly(data, candidate) if candidate else None
        if text is not None and "\x00" not in text:
            return text
    return data.decode(guess(data[:_SAMPLE]), errors="replace")


def decode_html(data: bytes, declared: str | None = None) -> str:
    """Like `decode`; a <meta charset> in the first 4 KiB counts as declared."""
    found = _DECLARED.search(data[:4096])
    return decode(data, declared or (found.group(1).decode() if found else None))


def guess(sample: bytes) -> str:
    """Name of the most likely encoding of bytes that are not UTF-8 and carry no mark."""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) > len(sample) // 8:
        return "utf-16-le" if odd > even else "utf-16-be"
    merits = {"gb18030": _share(_GB_PAIR, sample), "big5": _share(_BIG5_PAIR, sample)}
    best = max(merits, key=lambda name: merits[name])
    if merits[best] >= _CONVINCING:
        return best
    if sum(byte >= 0x80 for byte in sample) < _FEW_HIGH_BYTES:
        return "cp1252"
    match = from_bytes(sample).best()
    return match.encoding if match is not None else "cp1252"


def _share(common: re.Pattern[bytes], sample: bytes) -> float:
    """Share of the double-byte characters of `sample` that are common ones."""
    pairs = _ANY_PAIR.findall(sample)
    return sum(common.fullmatch(pair) is not None for pair in pairs) / max(1, len(pairs))


def _strictly(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _known(declared: str | None) -> str | None:
    if declared is None:
        return None
    try:
        name = codecs.lookup(declared).name
    except LookupError:
        return None
    return _SUPERSETS.get(name, name)
