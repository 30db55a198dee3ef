"""Trying a connection and seeing what a run would take, without taking anything."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from rowmill import sftp
from rowmill.context import Context
from rowmill.db import transaction
from rowmill.errors import RowmillError
from rowmill.feeds import looking, schemas
from rowmill.feeds.matching import Matcher, Verdict
from rowmill.feeds.plans import own_patterns
from rowmill.feeds.sources import Connection, open_source
from rowmill.models import Feed, FeedFile, FeedFileState
from rowmill.remote import RemoteFile

SAMPLE: Final = 20
MOST_SHOWN: Final = 200
MOST_LOOKED_AT: Final = 2_000
LONGEST_SECONDS: Final = 10.0

_KNOWN: Final = {
    FeedFileState.SEEN: "It has been seen, and waits until it is stable.",
    FeedFileState.FETCHING: "It is being fetched.",
    FeedFileState.FETCHED: "It has been fetched, and its import will begin.",
    FeedFileState.IMPORTING: "Its import goes on.",
    FeedFileState.IMPORTED: "It has been imported.",
    FeedFileState.DUPLICATE: "Its content had been imported before.",
    FeedFileState.FAILED: "Its import failed.",
    FeedFileState.UNRECOGNISED: "It has been fetched, but no rule takes it.",
    FeedFileState.SKIPPED: "It was skipped.",
}


@dataclass(frozen=True)
class Judged:
    """A file with what the rules say, and what is known of it."""

    file: RemoteFile
    verdict: Verdict
    row: FeedFile | None


def test(context: Context, connection: Connection) -> schemas.TestAnswer:
    """Connect, and list a few files. What goes wrong is the answer."""
    began = time.monotonic()
    try:
        with open_source(context.settings, connection) as source:
            files = list(islice(source.files(), SAMPLE + 1))
            host_key = source.host_key
    except RowmillError as error:
        told = {**error.extra, "code": error.code, "message": error.detail}
        failure = schemas.error_out(told)
        return schemas.TestAnswer(ok=False, error=failure, seconds=time.monotonic() - began)
    return schemas.TestAnswer(
        ok=True,
        host_key=host_key,
        host_key_fingerprint=sftp.fingerprint(host_key) if host_key else None,
        files=[schemas.RemoteFileOut.model_validate(file) for file in files[:SAMPLE]],
        more=len(files) > SAMPLE,
        seconds=time.monotonic() - began,
    )


def preview(
    context: Context,
    feed: Feed,
    connection: Connection,
    rules: Sequence[Mapping[str, Any]],
    ignore: Sequence[str],
) -> schemas.PreviewAnswer:
    """What a run with these rules would take. Raises: whatever is wrong with the connection."""
    files, is_cut = _listed(context, connection)
    matcher = Matcher(rules, [*ignore, *own_patterns(feed.after)])
    shown: list[schemas.PreviewFile] = []
    counts: Counter[str] = Counter()
    for batch in looking.batches(sorted(files, key=lambda file: file.path)):
        with transaction(context.engine) as session:
            judged = _judged(session, feed.id, matcher, batch)
        for each in judged:
            entry = _entry(feed, each, rules, files_appear_whole=feed.kind in {"s3", "https"})
            counts[entry.outcome] += 1
            if len(shown) < MOST_SHOWN:
                shown.append(entry)
    return schemas.PreviewAnswer(
        files=shown,
        looked_at=len(files),
        counts=dict(counts),
        truncated=is_cut or len(shown) < len(files),
    )


def _listed(context: Context, connection: Connection) -> tuple[list[RemoteFile], bool]:
    """The first files, and whether there may be more."""
    files: list[RemoteFile] = []
    deadline = time.monotonic() + LONGEST_SECONDS
    with open_source(context.settings, connection) as source:
        for file in source.files():
            if len(files) >= MOST_LOOKED_AT or time.monotonic() > deadline:
                return files, True
            files.append(file)
    return files, False


def _judged(
    session: Session, feed_id: UUID, matcher: Matcher, files: Sequence[RemoteFile]
) -> list[Judged]:
    paths = [file.path for file in files]
    known = looking.newest(session, feed_id, paths)
    verdicts = matcher.verdicts(paths)
    return [
        Judged(file, verdict, known.get(file.path))
        for file, verdict in zip(files, verdicts, strict=True)
    ]


def _entry(
    feed: Feed, judged: Judged, rules: Sequence[Mapping[str, Any]], *, files_appear_whole: bool
) -> schemas.PreviewFile:
    file, verdict, row = judged.file, judged.verdict, judged.row
    entry = schemas.PreviewFile(
        path=file.path,
        size_bytes=file.size_bytes,
        modified_at=file.modified_at,
        outcome="import",
        reason="",
        rule=verdict.rule,
        state=row.state if row is not None else None,
    )
    if verdict.ignored_by is not None:
        entry.outcome, entry.reason = "ignored", f"Left alone by {verdict.ignored_by}"
        return entry
    if verdict.rule is not None:
        rule = rules[verdict.rule]
        entry.dataset, entry.template = rule.get("dataset"), rule.get("template")
    is_same = row is not None and row.fingerprint == looking.fingerprint(file, row.id)
    if is_same and row is not None and row.state not in looking.OPEN:
        return _of_known(entry, row)
    if verdict.rule is None:
        entry.outcome, entry.reason = "unrecognised", "No rule takes it; it would be kept."
        return entry
    pattern = rules[verdict.rule]["pattern"]
    entry.reason = f"The rule {pattern} takes it."
    if feed.stable_seconds and not files_appear_whole:
        entry.reason += f" It has to stay the same for {feed.stable_seconds} s first."
    return entry


def _of_known(entry: schemas.PreviewFile, row: FeedFile) -> schemas.PreviewFile:
    if row.state == FeedFileState.UNRECOGNISED and entry.rule is not None:
        entry.reason = "It has been fetched already, and this rule takes it now."
        return entry
    entry.outcome = "unrecognised" if row.state == FeedFileState.UNRECOGNISED else "known"
    entry.reason = _KNOWN[FeedFileState(row.state)]
    return entry
