"""The front door of attachments: taken from their owner, and shown to nobody else."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from sqlalchemy import Row

from app.attachments.contents import blocks_of
from app.attachments.held import HeldFiles
from app.attachments.reading import FileReading
from app.attachments.rows import READ, AttachmentRows, require_ready
from app.library.block_shapes import blocks_out
from app.people.throttle import Throttle
from app.ports import NewId
from app.sections import MIB, Attachments
from app.shapes.attachments import AttachmentOut, AttachmentTextOut
from ingestion.blobs import Blobs
from ingestion.intake import clean_filename
from ingestion.sniff import sniff
from retrieval.errors import Overloaded, TooLarge
from retrieval.storage import storage_errors_told

PIECE = 1 << 20  # bytes read at once


@dataclass(frozen=True, slots=True)
class AttachedFiles:
    """Each verb takes the owner's id; another's file looks like none."""

    rows: AttachmentRows
    reading: FileReading
    held: HeldFiles
    blobs: Blobs  # asked for room only: no attachment is kept among them
    limits: Attachments
    throttle: Throttle
    new_id: NewId

    def admit(self, owner: str, size: int) -> None:
        """Before a file is received. Raises: StorageFull, TooLarge, Overloaded."""
        self.blobs.require_room(size)
        if self.rows.count(owner) >= self.limits.per_person:
            raise TooLarge(
                f"You have {self.limits.per_person:,} files attached to your questions, which is "
                "the limit. Remove some of them, or delete conversations that you need no more."
            )
        if self.rows.count(owner, reading=True) >= self.limits.per_conversation:
            raise Overloaded(
                "Several of your files are still being read. Attach more when they are ready.",
                retry_after=5.0,
            )

    def take(self, owner: str, filename: str, content: BinaryIO) -> AttachmentOut:
        """Stores the file and begins to read it.

        Raises: TooLarge, Unsupported, Invalid for a broken file, Overloaded, StorageFull,
        StorageFailed.
        """
        name = clean_filename(filename)
        self.admit(owner, 0)
        self._require_pace(owner)
        self.reading.folder.mkdir(parents=True, exist_ok=True)
        with storage_errors_told(), TemporaryDirectory(dir=self.reading.folder) as folder:
            path = Path(folder) / "file"
            with path.open("wb") as file:
                shutil.copyfileobj(content, file, PIECE)
            if path.stat().st_size > self.limits.max_bytes:
                raise TooLarge(too_large(self.limits.max_bytes))
            media_type, taken = sniff(path, name), path.read_bytes()
        attachment = self.new_id()
        self.rows.add(
            owner,
            attachment,
            filename=name,
            media_type=media_type,
            size=len(taken),
            content=taken,
        )
        self.reading.begin(attachment, media_type, name)
        return self.get(owner, attachment)

    def get(self, owner: str, attachment: str) -> AttachmentOut:
        """Raises: NotFound."""
        return self._out(self.rows.one(owner, attachment))

    def text(self, owner: str, attachment: str) -> AttachmentTextOut:
        """What the Reader shows. Raises: NotFound, Conflict until it is read."""
        row = self.rows.one(owner, attachment, READ)
        require_ready(row)
        return AttachmentTextOut(
            attachment=self._out(row),
            title=row.title,
            blocks=blocks_out(blocks_of(row)),
        )

    def unasked(self, owner: str) -> list[AttachmentOut]:
        """Those with which nothing was asked yet."""
        return [self._out(row) for row in self.rows.unasked(owner)]

    def of_conversation(self, owner: str, conversation: str) -> list[AttachmentOut]:
        """In the order of attaching."""
        return [self._out(row) for row in self.rows.of_conversation(owner, conversation)]

    def remove(self, owner: str, attachment: str) -> None:
        """With what answers quoted of it. Raises: NotFound."""
        self.rows.remove(owner, attachment)
        self.held.forget({attachment})

    def _require_pace(self, owner: str) -> None:
        try:
            self.throttle.admit(owner)
        except Overloaded as error:
            raise Overloaded(
                f"You attached {self.limits.per_hour} files within an hour, which is the limit. "
                "Please wait a little.",
                retry_after=error.retry_after,
            ) from error

    def _out(self, row: Row[Any]) -> AttachmentOut:
        done, total = self.reading.progress.get(row.id, (0, 0))
        said = AttachmentOut.model_validate(row)
        return said.model_copy(update={"done": done, "total": total})


def too_large(limit: int) -> str:
    return f"The file is larger than {limit // MIB:,} MiB, the limit for files of questions."
