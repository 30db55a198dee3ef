"""Every table of the app's own database."""

from rowmill.models.accounts import RefreshToken, Session, Throttle, User
from rowmill.models.base import Base, new_id, now
from rowmill.models.datasets import Dataset, DatasetVersion
from rowmill.models.events import Event
from rowmill.models.files import File
from rowmill.models.imports import Import, ImportMode, Reject
from rowmill.models.jobs import Job, JobStatus
from rowmill.models.workspaces import Member, Workspace, catalog_name

__all__ = [
    "Base",
    "Dataset",
    "DatasetVersion",
    "Event",
    "File",
    "Import",
    "ImportMode",
    "Job",
    "JobStatus",
    "Member",
    "RefreshToken",
    "Reject",
    "Session",
    "Throttle",
    "User",
    "Workspace",
    "catalog_name",
    "new_id",
    "now",
]
