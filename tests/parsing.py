"""A parse in the process of the test: a process of its own outlasts most tests' parses."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from rowmill import mill
from rowmill.mill import storage
from rowmill.mill.child import parse_anywhere
from rowmill.mill.meter import Meter


def parse_here(
    request: mill.ParseRequest,
    *,
    on_progress: Callable[[mill.Progress], None],
    should_cancel: Callable[[], bool],
) -> mill.ParseResult:
    """What `mill.run_parse` does, without the process and its limits."""
    meter = Meter(request.size)
    try:
        with tempfile.TemporaryDirectory(dir=request.limits.temp_directory) as workspace:
            on_progress(meter.progress())
            result = parse_anywhere(request, Path(workspace), meter)
            on_progress(meter.progress())
    except BaseException:
        storage.remove_folder(request.output, request.s3)
        raise
    assert not should_cancel()
    return result
