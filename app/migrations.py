"""Brings the database's tables to the version of this code, or back."""

from pathlib import Path

from alembic import command
from alembic.config import Config

from retrieval.store.database import Database

SCRIPTS = Path(__file__).resolve().parent.parent / "alembic"


def upgrade(database: Database, to: str = "head") -> None:
    """Runs the missing migrations in one transaction; none missing costs one query."""
    with database.write() as connection:
        command.upgrade(_config(connection), to)


def downgrade(database: Database, to: str) -> None:
    """Takes migrations back. `base` leaves no table."""
    with database.write() as connection:
        command.downgrade(_config(connection), to)


def _config(connection: object) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    return config
