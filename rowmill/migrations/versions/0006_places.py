"""Where in a workbook or a document a reject stands."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A reject of a workbook names its sheet and cell."""
    op.add_column("rejects", sa.Column("sheet", sa.Text(), nullable=True))
    op.add_column("rejects", sa.Column("cell", sa.Text(), nullable=True))
