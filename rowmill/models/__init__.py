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
from rowmill.models.files import File
from rowmill.models.imports import Import, ImportMode, Reject
from rowmill.models.jobs import Job, JobStatus
from rowmill.models.maintenance import MaintenanceRun
from rowmill.models.operations import Operation, OperationKind
from rowmill.models.templates import DeclaredTemplate
from rowmill.models.workspaces import Member, Workspace, catalog_name

__all__ = [
    "ApiKey",
    "Base",
    "Dataset",
    "DatasetVersion",
    "DeclaredTemplate",
    "Edit",
    "Event",
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
    "RefreshToken",
    "Reject",
    "Scope",
    "Session",
    "Throttle",
    "User",
    "Workspace",
    "catalog_name",
    "new_id",
    "now",
]
