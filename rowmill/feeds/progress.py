"""Telling how far a run is, and hearing whether it is to stop."""

from __future__ import annotations

import time
from typing import Any, Final

from rowmill import jobs
from rowmill.feeds.plans import Plan

REPORT_SECONDS: Final = 0.5


class Reporter:
    """Reports about twice a second; each call may raise JobCancelled or WorkerStopping."""

    def __init__(self, run: jobs.Run, plan: Plan) -> None:
        """Nothing is reported yet."""
        self._run = run
        self._plan = plan
        self._reported = 0.0
        self._progress: dict[str, Any] = {
            "phase": "connecting",
            "files_found": 0,
            "files_done": 0,
            "files_total": 0,
            "bytes_done": 0,
            "bytes_total": 0,
            "path": None,
        }

    def phase(self, name: str, **more: Any) -> None:
        """Something else begins; it is told at once."""
        self._tell(at_once=True, phase=name, **more)

    def listed(self, found: int) -> None:
        """So many files have been found."""
        self._tell(files_found=found)

    def fetching(self, path: str) -> None:
        """The next file begins."""
        self._tell(path=path)

    def fetched(self, count: int, size_bytes: int) -> None:
        """So many files and bytes more are here."""
        self._tell(
            files_done=self._progress["files_done"] + count,
            bytes_done=self._progress["bytes_done"] + size_bytes,
        )

    def _tell(self, *, at_once: bool = False, **changes: Any) -> None:
        self._progress.update(changes)
        if not at_once and time.monotonic() - self._reported < REPORT_SECONDS:
            return
        self._reported = time.monotonic()
        self._run.report(
            self._progress,
            kind="feed.progress",
            subject="feed",
            subject_id=str(self._plan.feed_id),
            payload={
                "feed": self._plan.slug,
                "run_id": str(self._plan.run_id),
                "progress": self._progress,
            },
        )
