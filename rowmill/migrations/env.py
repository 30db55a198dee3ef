"""Alembic's entry point."""

from alembic import context
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from rowmill.models import Base


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    """Leave the queue's own tables out of comparisons."""
    return not (kind == "table" and (name or "").startswith("procrastinate_"))


engine = create_engine(context.config.attributes["database_url"], poolclass=NullPool)
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_name=include_name,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
