"""Office files, books and archives are zips: they are weighed before any library unpacks them."""

import re
import zlib
from pathlib import Path
from typing import Final
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from ingestion.parsing.items import Job, OverLimit, Refused
from ingestion.parsing.limits import MIB

_PIECE: Final = 64 * 1024
_RATIO_MATTERS_ABOVE: Final = 8 * MIB
_XML: Final = (".xml", ".rels", ".vml")
_STRICT: Final = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/(\w+)")
_TRANSITIONAL: Final = rb"http://schemas.openxmlformats.org/\1/2006/\2"
_STRICT_MARK: Final = b"purl.oclc.org/ooxml"


def check_container(job: Job) -> None:
    """Inflates every member in pieces and counts: the sizes that an archive states can lie.

    What was counted for the files around this one counts too. Nothing is written, so a member
    named ../../x is harmless here and in the readers, which look members up by name.

    Raises: Refused when it is damaged; OverLimit when there are too many members, or when it is
    too large unpacked.
    """
    try:
        with ZipFile(job.path) as container:
            members = container.infolist()
            count_members(job, len(members))
            _weigh(container, members, job)
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise Refused(f"{job.filename} is damaged or incomplete and could not be read.") from error


def count_members(job: Job, members: int) -> None:
    """Raises: OverLimit."""
    job.unpacked.members += members
    if job.unpacked.members > job.limits.members:
        raise OverLimit(
            f"{job.filename} holds {job.unpacked.members} files inside, which is too many."
        )


def count_bytes(job: Job, size: int) -> None:
    """Raises: OverLimit."""
    job.unpacked.bytes += size
    if job.unpacked.bytes > job.limits.unpacked_bytes:
        raise OverLimit(
            f"{job.filename} is too large when unpacked: more than "
            f"{job.limits.unpacked_bytes // MIB} MiB."
        )


def _weigh(container: ZipFile, members: list[ZipInfo], job: Job) -> None:
    packed = job.path.stat().st_size
    total = 0
    for member in members:
        with container.open(member) as stream:
            while piece := stream.read(_PIECE):
                total += len(piece)
                count_bytes(job, len(piece))
                _check_ratio(total, packed, job)


def _check_ratio(total: int, packed: int, job: Job) -> None:
    if total > _RATIO_MATTERS_ABOVE and total > packed * job.limits.unpacked_ratio:
        raise OverLimit(
            f"{job.filename} is too large when unpacked: more than {job.limits.unpacked_ratio} "
            "times its size, as only files made to do harm are."
        )


def transitional(path: Path, folder: Path) -> Path:
    """`path`, or a copy in `folder` with the namespaces that the libraries know.

    "Strict Open XML" differs from what Word writes by default in little but its namespaces.
    """
    with ZipFile(path) as strict:
        if _STRICT_MARK not in strict.read("_rels/.rels"):
            return path
        copy = folder / f"transitional{path.suffix}"
        with ZipFile(copy, "w", ZIP_DEFLATED) as written:
            for member in strict.infolist():
                content = strict.read(member)
                if member.filename.endswith(_XML):
                    content = _STRICT.sub(_TRANSITIONAL, content)
                written.writestr(member.filename, content)
    return copy
