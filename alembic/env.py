"""Runs migrations on the connection that `app/migrations.py` hands over."""

from alembic import context

from app import tables  # noqa: F401  (adds its tables to the MetaData)
from retrieval.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    # SQLite cannot alter most things in place; batch mode rebuilds the table.
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
