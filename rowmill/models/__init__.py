"""Every table of the app's own database."""

from rowmill.models.accounts import (
    ApiKey,
    PasswordReset,
    RefreshToken,
    Scope,
    Session,
    Throttle,
    User,
)
from rowmill.models.base import Base, new_id, now
from rowmill.models.datasets import Dataset, DatasetVersion
from rowmill.models.edits import Edit
from rowmill.models.events import Event
from rowmill.models.feeds import Feed, FeedFile, FeedFileState, FeedRun
from rowmill.models.files import File
from rowmill.models.imports import Import, ImportMode, Reject
from rowmill.models.jobs import Job, JobStatus
from rowmill.models.maintenance import MaintenanceRun
from rowmill.models.notifications import (
    Delivery,
    DeliveryStatus,
    PauseReason,
    Subscription,
    Webhook,
)
from rowmill.models.operations import Operation, OperationKind
from rowmill.models.syncs import Sync, SyncBatch, SyncReject, SyncRun
from rowmill.models.templates import DeclaredTemplate
from rowmill.models.workspaces import Member, Workspace, catalog_name

__all__ = [
    "ApiKey",
    "Base",
    "Dataset",
    "DatasetVersion",
    "DeclaredTemplate",
    "Delivery",
    "DeliveryStatus",
    "Edit",
    "Event",
    "Feed",
    "FeedFile",
    "FeedFileState",
    "FeedRun",
    "File",
    "Import",
    "ImportMode",
    "Job",
    "JobStatus",
    "MaintenanceRun",
    "Member",
    "Operation",
    "OperationKind",
    "PasswordReset",
    "PauseReason",
    "RefreshToken",
    "Reject",
    "Scope",
    "Session",
    "Subscription",
    "Sync",
    "SyncBatch",
    "SyncReject",
    "SyncRun",
    "Throttle",
    "User",
    "Webhook",
    "Workspace",
    "catalog_name",
    "new_id",
    "now",
]
