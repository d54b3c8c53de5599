"""DOCX, PPTX and XLSX are zip archives: they are weighed before any library unpacks them."""

import re
import zlib
from pathlib import Path
from typing import Final
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from ingestion.parsing.items import Refused
from ingestion.parsing.limits import MIB, ParseLimits

_PIECE: Final = 64 * 1024
_RATIO_MATTERS_ABOVE: Final = 8 * MIB
_XML: Final = (".xml", ".rels", ".vml")
_STRICT: Final = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/(\w+)")
_TRANSITIONAL: Final = rb"http://schemas.openxmlformats.org/\1/2006/\2"
_STRICT_MARK: Final = b"purl.oclc.org/ooxml"


def check_container(path: Path, filename: str, limits: ParseLimits) -> None:
    """Inflates every member in pieces and counts: the sizes that an archive states can lie.

    Nothing is written, so a member named ../../x is harmless here and in the readers, which look
    members up by name.

    Raises: Refused when it is damaged, has too many members or is too large when unpacked.
    """
    try:
        with ZipFile(path) as container:
            members = container.infolist()
            if len(members) > limits.members:
                raise Refused(f"{filename} holds {len(members)} files inside, which is too many.")
            _weigh(container, members, filename, limits)
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise Refused(f"{filename} is damaged or incomplete and could not be read.") from error


def _weigh(container: ZipFile, members: list[ZipInfo], filename: str, limits: ParseLimits) -> None:
    packed = Path(str(container.filename)).stat().st_size
    total = 0
    for member in members:
        with container.open(member) as stream:
            while piece := stream.read(_PIECE):
                total += len(piece)
                _check_weight(total, packed, filename, limits)


def _check_weight(total: int, packed: int, filename: str, limits: ParseLimits) -> None:
    if total > limits.unpacked_bytes:
        raise Refused(
            f"{filename} is too large when unpacked: more than {limits.unpacked_bytes // MIB} MiB."
        )
    if total > _RATIO_MATTERS_ABOVE and total > packed * limits.unpacked_ratio:
        raise Refused(
            f"{filename} is too large when unpacked: more than {limits.unpacked_ratio} times "
            "its size, as only files made to do harm are."
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
