"""The sample library: put in once, at the first start of an empty Colophon."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select

from app.people.groups import EVERYONE
from app.tables import readers
from ingestion.intake import Intake
from retrieval.store.database import Database
from retrieval.tables import knowledge_bases
from retrieval.types import KnowledgeBaseId

FOLDER = Path(__file__).resolve().parent.parent / "samples"


@dataclass(frozen=True, slots=True)
class SampleLibrary:
    database: Database
    intake: Intake
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    folder: Path = FOLDER

    def install(self) -> int:
        """Starts the ingestion of the samples; returns how many documents.

        A Colophon that has a knowledge base already is left as it is: 0.
        """
        listed = tomllib.loads((self.folder / "library.toml").read_text(encoding="utf-8"))
        shelves = self._create(listed["knowledge_bases"])
        count = 0
        for knowledge_base, folder in shelves:
            for path in sorted(folder.iterdir()):
                with path.open("rb") as content:
                    self.intake.accept(knowledge_base, path.name, content)
                count += 1
        return count

    def _create(self, shelves: list[dict[str, Any]]) -> list[tuple[KnowledgeBaseId, Path]]:
        created: list[tuple[KnowledgeBaseId, Path]] = []
        with self.database.write() as connection:
            if connection.scalar(select(func.count()).select_from(knowledge_bases)):
                return []
            for shelf in shelves:
                knowledge_base = KnowledgeBaseId(self.new_id())
                connection.execute(
                    insert(knowledge_bases).values(
                        id=knowledge_base,
                        name=shelf["name"],
                        description=shelf["description"],
                        maintainer=shelf["maintainer"],
                        suggested_questions=shelf["suggested_questions"],
                        created_at=self.clock(),
                    )
                )
                connection.execute(
                    insert(readers).values(knowledge_base_id=knowledge_base, group_id=EVERYONE)
                )
                created.append((knowledge_base, self.folder / shelf["folder"]))
        return created
