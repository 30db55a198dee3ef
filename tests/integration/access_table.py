"""Who may do what: one row for each route. A new route needs one, or the walk over them fails.

`own` is the answer to those who are let in, with the row's body and parameters: it need not be a
success, only the route's own answer to what was sent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class Kind(Enum):
    """What a route is, and so whom it lets in."""

    OPEN = "anybody"
    READ = "members of the workspace, and their keys"
    WRITE = "owners and editors, and their keys that may write"
    PERSON = "the user themselves, and no key"
    ADMIN = "administrators, and no key"


@dataclass(frozen=True)
class Row:
    """What is sent to a route, and what those who are let in are answered.

    Text in `json` and `params` may name things, as `{dataset}`.
    """

    kind: Kind
    own: int
    json: Any = None
    content: bytes | None = None
    params: dict[str, str] = field(default_factory=dict)
    others: int | None = None
    """The answer to a stranger, where it is not the usual one."""
    after: str | None = None
    """A route without a body that the same actor calls first, such as `POST /api/demo`."""

    @property
    def names_things(self) -> bool:
        """Whether the request names things outside its path."""
        sent = [*(self.json or {}).values(), *self.params.values()]
        return any("{" in str(value) for value in sent)


def opened(own: int, json: Any = None) -> Row:
    """Open to anybody."""
    return Row(Kind.OPEN, own, json=json)


def read(own: int = 200, others: int | None = None, **params: str) -> Row:
    """For members of the workspace."""
    return Row(Kind.READ, own, params=params, others=others)


def write(own: int, json: Any = None, content: bytes | None = None) -> Row:
    """For members who may change the workspace."""
    return Row(Kind.WRITE, own, json=json, content=content)


def person(own: int, json: Any = None) -> Row:
    """For the user themselves."""
    return Row(Kind.PERSON, own, json=json)


def admin(own: int, json: Any = None) -> Row:
    """For administrators."""
    return Row(Kind.ADMIN, own, json=json)


TABLE: dict[str, Row] = {
    # The server
    "GET /healthz": opened(200),
    "GET /readyz": opened(200),
    "GET /metrics": opened(401),
    "GET /api/instance": opened(200),
    # Accounts
    "POST /api/register": opened(422, {}),
    "POST /api/login": opened(422, {}),
    "POST /api/users": opened(422, {}),
    "POST /users": opened(422, {}),
    "POST /api/auth": opened(422, {}),
    "POST /auth": opened(422, {}),
    "POST /api/token/refresh": opened(401, {"refresh_token": "x"}),
    "POST /api/password-reset": opened(400, {"token": "x", "password": "long enough"}),
    "GET /api/me": read(),
    "POST /api/me/password": person(
        401, {"current_password": "wrong", "new_password": "long enough"}
    ),
    "POST /api/logout": person(400),
    "GET /api/sessions": person(200),
    "DELETE /api/sessions/{session_id}": person(204),
    "GET /api/keys": person(200),
    "POST /api/keys": person(201, {"name": "x"}),
    "DELETE /api/keys/{key_id}": person(204),
    # Workspaces
    "GET /api/workspaces": read(),
    "GET /api/usage": read(),
    "GET /api/events": read(),
    "GET /api/activity": read(),
    # Files and datasets
    "GET /api/files/{file_id}/download": read(),
    "GET /api/datasets": read(),
    "GET /api/datasets/{dataset}": read(),
    "PATCH /api/datasets/{dataset}": write(200, {"name": "Other"}),
    "DELETE /api/datasets/{dataset}": write(204),
    "GET /api/datasets/{dataset}/columns": read(),
    "GET /api/datasets/{dataset}/status": read(),
    "GET /api/datasets/{dataset}/records": read(),
    "GET /api/datasets/{dataset}/query": read(),
    "GET /api/datasets/{dataset}/explore": read(),
    "GET /api/datasets/{dataset}/values": read(column="a"),
    "GET /api/datasets/{dataset}/export": read(),
    "GET /api/datasets/{dataset}/versions": read(),
    "GET /api/datasets/{dataset}/changes": read(),
    "GET /api/datasets/{dataset}/imports": read(),
    # Imports
    "POST /api/upload": write(400),
    "POST /api/upload-csv": write(400),
    "POST /api/recognise": write(200, content=b"a\n2\n"),
    "PUT /api/datasets/{dataset}/data": write(201, content=b"a\n2\n"),
    "PUT /api/datasets/{dataset}/data/{filename}": write(201, content=b"a\n2\n"),
    "GET /api/imports": read(),
    "POST /api/imports": write(201, {"file_id": "{file_id}", "dataset": "again"}),
    "GET /api/imports/{import_id}": read(),
    "GET /api/imports/{import_id}/rejects": read(),
    "GET /api/imports/{import_id}/rejects/export": read(),
    "POST /api/imports/{import_id}/cancel": write(202),
    "POST /api/imports/{import_id}/retry": write(409),
    "GET /api/jobs/{job_id}": read(),
    # Operations
    "POST /api/perform-operation": write(201, {"file_id": "{file_id}", "operation": "dedup"}),
    "GET /api/task-status": read(task_id="{operation_id}"),
    "GET /api/operations": read(),
    "POST /api/operations": write(201, {"dataset_id": "{dataset}", "operation": "dedup"}),
    "POST /api/operations/preview": Row(
        Kind.READ, 409, json={"dataset_id": "{dataset}", "operation": "dedup"}
    ),
    "GET /api/operations/{operation_id}": read(),
    "POST /api/operations/{operation_id}/cancel": write(202),
    "POST /api/operations/{operation_id}/run": write(409),
    "GET /api/operations/{operation_id}/result": read(),
    "GET /api/results/{token}/{file_name}": opened(404),
    # Templates
    "GET /api/templates": read(),
    "POST /api/templates": write(422, {}),
    "POST /api/templates/match": Row(Kind.READ, 200, json={"headers": ["a"]}),
    "GET /api/templates/{name}": read(),
    "PUT /api/templates/{name}": write(
        200, {"label": "x", "columns": [{"name": "x", "label": "X"}]}
    ),
    "DELETE /api/templates/{name}": write(204),
    "GET /api/datasets/{dataset}/template": read(),
    "POST /api/datasets/{dataset}/template": write(409, {"template": "sales"}),
    "DELETE /api/datasets/{dataset}/template": write(200),
    # Invoices
    "GET /api/invoices": read(),
    "POST /api/invoices": write(422, {}),
    "GET /api/invoices/count": read(),
    "GET /api/invoices/{invoice_id}": read(),
    "PUT /api/invoices/{invoice_id}": write(422, {}),
    "PATCH /api/invoices/{invoice_id}": write(200, {"customer": "Somebody"}),
    "DELETE /api/invoices/{invoice_id}": write(204),
    "GET /api/invoices/{invoice_id}/history": read(),
    # The published API, at the root and below /api
    **{
        route: row
        for base in ("", "/api")
        for route, row in {
            f"GET {base}/products": read(),
            f"PUT {base}/products": write(400),
            f"POST {base}/products": write(422, {}),
            f"GET {base}/sales": read(),
            f"GET {base}/sales/filtered": read(),
            f"GET {base}/categories": read(),
            f"GET {base}/sales/daily_count": read(),
            f"GET {base}/sales/product_daily_count": read(),
            f"GET {base}/sales/category_sales": read(),
            f"GET {base}/help": read(),
        }.items()
    },
    "GET /api/stock": read(),
    "GET /api/stock/stores": read(),
    # Syncs
    "GET /api/syncs": read(),
    "POST /api/syncs": write(422, {}),
    "POST /api/syncs/test": write(422, {}),
    "POST /api/syncs/preview": write(422, {}),
    "GET /api/syncs/{sync_id}": read(),
    "PATCH /api/syncs/{sync_id}": write(200, {"name": "Other"}),
    "DELETE /api/syncs/{sync_id}": write(204),
    "POST /api/syncs/{sync_id}/run": write(202),
    "POST /api/syncs/{sync_id}/pause": write(200),
    "POST /api/syncs/{sync_id}/resume": write(200),
    "POST /api/syncs/{sync_id}/preview": write(200),
    "GET /api/syncs/{sync_id}/runs": read(),
    "GET /api/syncs/{sync_id}/batches": read(),
    "GET /api/syncs/{sync_id}/rejects": read(),
    "POST /api/syncs/{sync_id}/rejects/{reject_id}/resend": write(404, {}),
    "POST /api/syncs/{sync_id}/rejects/{reject_id}/discard": write(404),
    # Feeds
    "GET /api/feeds": read(),
    "POST /api/feeds": write(422, {}),
    "POST /api/feeds/test": write(422, {}),
    "POST /api/feeds/preview": write(422, {}),
    "GET /api/feeds/{feed_id}": read(),
    "PATCH /api/feeds/{feed_id}": write(200, {"name": "Other"}),
    "DELETE /api/feeds/{feed_id}": write(204),
    "POST /api/feeds/{feed_id}/run": write(202),
    "POST /api/feeds/{feed_id}/pause": write(200),
    "POST /api/feeds/{feed_id}/resume": write(200),
    "POST /api/feeds/{feed_id}/preview": write(422),
    "POST /api/feeds/{feed_id}/trust-host-key": write(409, {"fingerprint": "SHA256:x"}),
    "GET /api/feeds/{feed_id}/runs": read(),
    "GET /api/feeds/{feed_id}/runs/{run_id}": read(),
    "POST /api/feeds/{feed_id}/runs/{run_id}/cancel": write(202),
    "GET /api/feeds/{feed_id}/files": read(),
    "POST /api/feeds/{feed_id}/files/{feed_file_id}/retry": write(202),
    # The dashboard
    "GET /api/dashboard": read(),
    "GET /api/dashboard/values": read(field="city"),
    # Notifications
    "GET /api/webhooks": read(),
    "POST /api/webhooks": write(422, {}),
    "GET /api/webhooks/{webhook_id}": read(),
    "PATCH /api/webhooks/{webhook_id}": write(200, {"name": "Other"}),
    "DELETE /api/webhooks/{webhook_id}": write(204),
    "POST /api/webhooks/{webhook_id}/pause": write(200),
    "POST /api/webhooks/{webhook_id}/resume": write(200),
    "POST /api/webhooks/{webhook_id}/rotate-secret": write(200),
    "POST /api/webhooks/{webhook_id}/test": write(200),
    "GET /api/webhooks/{webhook_id}/deliveries": read(),
    "GET /api/webhooks/{webhook_id}/deliveries/{delivery_id}": read(),
    "POST /api/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver": write(202),
    "GET /api/notifications": read(),
    "PUT /api/notifications": person(200, {"events": []}),
    "GET /api/notifications/events": read(),
    "POST /api/admin/mail/test": admin(409, {"recipient": "ada@example.com"}),
    # The demo: not in the owner's workspace, which has invoices
    "GET /api/demo": read(),
    "POST /api/demo": Row(Kind.WRITE, 409, others=201),
    "DELETE /api/demo": Row(Kind.WRITE, 404, others=204, after="POST /api/demo"),
    # Administration
    "GET /api/admin/users": admin(200),
    "POST /api/admin/users": admin(422, {}),
    "GET /api/admin/users/{user_id}": admin(200),
    "PATCH /api/admin/users/{user_id}": admin(200, {}),
    "POST /api/admin/users/{user_id}/password-link": admin(201),
    "GET /api/admin/workspaces": admin(200),
    "GET /api/admin/workspaces/{workspace_id}": admin(200),
    "PUT /api/admin/workspaces/{workspace_id}/quotas": admin(200, {}),
    "GET /api/admin/jobs": admin(200),
    "POST /api/admin/jobs/{job_id}/cancel": admin(202),
    "POST /api/admin/jobs/{job_id}/retry": admin(409),
    "GET /api/admin/workers": admin(200),
    "GET /api/admin/storage": admin(200),
    "GET /api/admin/settings": admin(200),
    "GET /api/admin/audit": admin(200),
    "GET /api/admin/maintenance": admin(200),
    "POST /api/admin/maintenance": admin(202),
}
