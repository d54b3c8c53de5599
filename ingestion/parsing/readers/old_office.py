"""Word 97 documents and PowerPoint 97 presentations: converted by LibreOffice, then read as new."""

from dataclasses import replace
from pathlib import Path
from typing import Final

import msoffcrypto
from msoffcrypto.exceptions import FileFormatError

from ingestion.parsing import media
from ingestion.parsing.items import Item, Job, Refused
from ingestion.parsing.libreoffice import converted, find_soffice
from ingestion.parsing.reading import read_items

_SUCCESSORS: Final = {
    media.DOC: ("docx", media.DOCX),
    media.PPT: ("pptx", media.PPTX),
}


def read(job: Job) -> list[Item]:
    return read_with(job, find_soffice())


def read_with(job: Job, soffice: Path | None) -> list[Item]:
    """Raises: Refused without LibreOffice, for a damaged file and for an encrypted one."""
    refuse_encrypted(job)
    suffix, media_type = _SUCCESSORS[job.media_type]
    path = converted(job, suffix, soffice)
    folder = job.folder / "read"
    folder.mkdir()
    return read_items(replace(job, path=path, media_type=media_type, folder=folder))


def refuse_encrypted(job: Job) -> None:
    with job.path.open("rb") as file:
        try:
            locked = msoffcrypto.OfficeFile(file).is_encrypted()
        except (FileFormatError, OSError, ValueError, IndexError):
            return  # LibreOffice knows more variants, and says if it is damaged
    if locked:
        raise Refused(
            f"{job.filename} is encrypted with a password. Save it without one and upload it again."
        )
