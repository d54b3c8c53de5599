"""The blocks behind citations, of documents and of attached files alike."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from app.attachments.contents import attachment_of, blocks_of, passages_of
from app.attachments.rows import AttachmentRows
from retrieval.answer.placing import CitedTexts
from retrieval.store.cited import CitedText
from retrieval.types import ChunkId


@dataclass(frozen=True, slots=True)
class CitedEverywhere:
    """To be asked about citations of an answer, which its asker may read."""

    documents: CitedTexts
    rows: AttachmentRows

    def texts(self, cited: Collection[ChunkId]) -> Mapping[ChunkId, CitedText]:
        """Without those that are not stored any more."""
        files: dict[str, set[ChunkId]] = defaultdict(set)
        for name in cited:
            attachment = attachment_of(name)
            if attachment is not None:
                files[attachment].add(name)
        attached = frozenset[ChunkId]().union(*files.values())
        found = dict(self.documents.texts(set(cited) - attached)) if set(cited) > attached else {}
        for row in self.rows.read(sorted(files)):
            blocks = blocks_of(row)
            for passage in passages_of(row):
                chunk = passage.chunk
                if chunk.id in files[row.id]:
                    before = blocks[: chunk.first_block]
                    own = blocks[chunk.first_block : chunk.last_block + 1]
                    found[chunk.id] = CitedText(before, own)
        return found
