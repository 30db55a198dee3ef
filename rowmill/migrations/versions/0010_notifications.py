"""Webhooks, mail addresses and their deliveries."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def _moment(name: str, *, nullable: bool) -> "sa.Column[Any]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _json(name: str) -> "sa.Column[Any]":
    return sa.Column(name, postgresql.JSONB(astext_type=sa.Text()), nullable=False)


def _reference(
    table: str, column: str, other: str, ondelete: str = "CASCADE"
) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"), ondelete=ondelete
    )


def upgrade() -> None:
    op.create_table(
        "webhooks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        _json("kinds"),
        sa.Column("rejects_above", sa.BigInteger(), nullable=False),
        sa.Column("secrets", sa.Text(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("pause_reason", sa.Text(), nullable=True),
        sa.Column("last_event_id", sa.BigInteger(), nullable=False),
        _moment("failing_since", nullable=True),
        _moment("last_delivered_at", nullable=True),
        _moment("created_at", nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        _moment("updated_at", nullable=False),
        sa.CheckConstraint(
            "pause_reason IN ('user', 'failing', 'gone') AND (pause_reason IS NULL) = NOT paused",
            name=op.f("ck_webhooks_paused"),
        ),
        _reference("webhooks", "workspace_id", "workspaces"),
        _reference("webhooks", "created_by", "users", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
    )
    op.create_index(op.f("ix_webhooks_workspace_id_id"), "webhooks", ["workspace_id", "id"])
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        _json("kinds"),
        sa.Column("rejects_above", sa.BigInteger(), nullable=False),
        _json("addresses"),
        sa.Column("last_event_id", sa.BigInteger(), nullable=False),
        _moment("quiet_until", nullable=True),
        _moment("created_at", nullable=False),
        _moment("updated_at", nullable=False),
        _reference("subscriptions", "workspace_id", "workspaces"),
        _reference("subscriptions", "user_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
        sa.UniqueConstraint(
            "workspace_id", "user_id", name=op.f("uq_subscriptions_workspace_id_user_id")
        ),
    )
    op.create_index(op.f("ix_subscriptions_user_id"), "subscriptions", ["user_id"])
    _create_deliveries()


def _create_deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("webhook_id", sa.Uuid(), nullable=True),
        sa.Column("subscription_id", sa.Uuid(), nullable=True),
        sa.Column("event_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("chain", sa.BigInteger(), nullable=False),
        _moment("next_attempt_at", nullable=True),
        sa.Column("answer_status", sa.BigInteger(), nullable=True),
        sa.Column("answer_body", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("duration_ms", sa.BigInteger(), nullable=True),
        _json("history"),
        _moment("created_at", nullable=False),
        _moment("finished_at", nullable=True),
        sa.CheckConstraint(
            "status IN ('pending', 'delivered', 'failed')", name=op.f("ck_deliveries_status")
        ),
        sa.CheckConstraint(
            "num_nonnulls(webhook_id, subscription_id) = 1", name=op.f("ck_deliveries_target")
        ),
        _reference("deliveries", "workspace_id", "workspaces"),
        _reference("deliveries", "webhook_id", "webhooks"),
        _reference("deliveries", "subscription_id", "subscriptions"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
    )
    op.create_index(
        "uq_deliveries_webhook_id_event_id_kind",
        "deliveries",
        ["webhook_id", "event_id", "kind"],
        unique=True,
        postgresql_where=sa.text("event_id IS NOT NULL"),
    )
    op.create_index(op.f("ix_deliveries_webhook_id_id"), "deliveries", ["webhook_id", "id"])
    op.create_index(
        op.f("ix_deliveries_subscription_id_created_at"),
        "deliveries",
        ["subscription_id", "created_at"],
    )
    op.create_index(
        "ix_deliveries_due",
        "deliveries",
        ["webhook_id", "next_attempt_at"],
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.create_index(
        "ix_deliveries_next_attempt_at",
        "deliveries",
        ["next_attempt_at"],
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.create_index(op.f("ix_deliveries_created_at"), "deliveries", ["created_at"])
