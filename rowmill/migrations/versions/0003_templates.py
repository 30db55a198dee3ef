"""Templates, and the roles of datasets' columns."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

JSON = postgresql.JSONB(astext_type=sa.Text())


def upgrade() -> None:
    op.create_table(
        "templates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("columns", JSON, nullable=False),
        sa.Column("key", JSON, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["users.id"],
            name=op.f("fk_templates_created_by_users"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_templates_workspace_id_workspaces"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_templates")),
        sa.UniqueConstraint("workspace_id", "name", name=op.f("uq_templates_workspace_id_name")),
    )
    op.add_column("datasets", sa.Column("template", sa.Text(), nullable=True))
    op.add_column(
        "datasets", sa.Column("roles", JSON, nullable=False, server_default=sa.text("'{}'"))
    )
    op.alter_column("datasets", "roles", server_default=None)
    op.add_column("datasets", sa.Column("suggested_template", JSON, nullable=True))
    op.create_index(
        "uq_datasets_workspace_id_template",
        "datasets",
        ["workspace_id", "template"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
