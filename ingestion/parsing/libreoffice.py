"""LibreOffice as a converter of old formats, inside the fences of the child that calls it.

It runs without a window, with a profile of its own in the child's folder in which macros and
links to elsewhere are off. Network, files, time, memory and processor are those of the child
(`guard`); what it starts ends with the child's process group.
"""

import shutil
import subprocess
from pathlib import Path
from typing import Final

from ingestion.parsing.items import Job, Refused

_PLACES: Final = ("/Applications/LibreOffice.app/Contents/MacOS/soffice", "/snap/bin/libreoffice")
_SETTINGS: Final = (
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Office.Writer/Content/Update", "Link", "0"),
    ("Office.Calc/Content/Update", "Link", "0"),
)
_ITEM: Final = (
    '<item oor:path="/org.openoffice.{}"><prop oor:name="{}" oor:op="fuse">'
    "<value>{}</value></prop></item>"
)
_PROFILE: Final = (
    '<?xml version="1.0" encoding="UTF-8"?><oor:items '
    'xmlns:oor="http://openoffice.org/2001/registry">{}</oor:items>'
)
_ARGUMENTS: Final = ("--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck")


def find_soffice() -> Path | None:
    """The program, where a package of the system or of LibreOffice's own puts it."""
    named = shutil.which("soffice") or shutil.which("libreoffice")
    found = (Path(place) for place in ((named,) if named else _PLACES))
    return next((place for place in found if place.exists()), None)


def converted(job: Job, suffix: str, soffice: Path | None) -> Path:
    """The file as `suffix` ("docx"), in the job's folder.

    Raises: Refused, where there is no LibreOffice or it cannot read the file.
    """
    if soffice is None or not soffice.exists():
        raise Refused(
            f"{job.filename} is in an old format, which Colophon reads through LibreOffice, and "
            "LibreOffice is not installed on the server. Install it there, or save the file as "
            f".{suffix} and upload that."
        )
    profile, made = job.folder / "profile", job.folder / "converted"
    (profile / "user").mkdir(parents=True)
    settings = "".join(_ITEM.format(*setting) for setting in _SETTINGS)
    (profile / "user" / "registrymodifications.xcu").write_text(_PROFILE.format(settings))
    source = job.folder / f"source{job.path.suffix if job.path.suffix.isascii() else ''}"
    source.symlink_to(job.path)
    own_profile = f"-env:UserInstallation={profile.as_uri()}"
    subprocess.run(  # noqa: S603 - a fixed command, no shell
        [soffice, own_profile, *_ARGUMENTS, "--convert-to", suffix, "--outdir", made, source],
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    result = made / f"source.{suffix}"
    if not result.exists():
        raise Refused(f"{job.filename} is damaged or incomplete: LibreOffice could not read it.")
    return result
