"""How much of the machine one file may take."""

from dataclasses import dataclass
from typing import Final, Literal

MIB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ParseLimits:
    seconds: float = 300.0  # wall clock; the same number bounds processor time
    memory_bytes: int = 1536 * MIB  # address space of the child
    unpacked_bytes: int = 100 * MIB  # of a DOCX, PPTX or XLSX, all members together
    unpacked_ratio: int = 200  # unpacked to packed; looked at above 8 MiB only
    members: int = 10_000  # files inside a DOCX, PPTX or XLSX
    pages: int = 5_000  # of a PDF
    ocr: Literal["auto", "off"] = "auto"  # "auto": where a page has no text layer
    scanned_pages: int = 500  # of one document; a picture in a page counts as one
    scanned_page_seconds: float = 20.0  # added to `seconds` for each of them
    pixels: int = 100_000_000  # of one picture

    @property
    def scanning_seconds(self) -> float:
        """The most that pictures may add to `seconds`."""
        return self.scanned_pages * self.scanned_page_seconds if self.ocr == "auto" else 0.0
