from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response

from rowmill import paging
from rowmill.accounts.principals import EditorDep, PrincipalDep
from rowmill.context import Context, ContextDep, SessionDep
from rowmill.db import transaction
from rowmill.encryption import SecretUnreadable
from rowmill.feeds import bodies, editing, history, plans, schemas, service, trying
from rowmill.lists import PagedDep
from rowmill.models import Feed, FeedFile, FeedRun
from rowmill.outbound import OutboundError
from rowmill.responses import problems

router = APIRouter(prefix="/api/feeds", tags=["Feeds"])

IfMatch = Annotated[
    str | None, Header(description="The feed's ETag: change it only if it is still so.")
]
WITH_TAG: dict[str, Any] = {
    "headers": {
        "ETag": {
            "description": "Changes with the feed. Send it as `If-Match`.",
            "schema": {"type": "string"},
        }
    }
}


@router.get("", summary="List feeds", responses=problems(400, 401, 404, 422))
def list_feeds(
    paged: PagedDep,
    principal: PrincipalDep,
    session: SessionDep,
    context: ContextDep,
) -> paging.Page[schemas.FeedOut]:
    """The workspace's scheduled inbound sources, newest first, and how each of them is."""
    statement = service.listing(principal.workspace_id)
    page = paging.newest_first(session, statement, Feed.id, paged.wanted)
    items = [_out(context, each) for each in service.overviews(session, page.items)]
    return paged.answer(page, items)


@router.post(
    "",
    status_code=201,
    summary="Make a feed",
    responses={
        201: {"description": "The feed.", **WITH_TAG},
        **problems(401, 403, 404, service.FeedSlugTaken, 422),
    },
)
def create_feed(
    response: Response,
    body: bodies.FeedIn,
    principal: EditorDep,
    session: SessionDep,
    context: ContextDep,
) -> schemas.FeedOut:
    """Have files come in by themselves: from an SFTP server, a bucket, a folder of this server or
    the web. Each is fetched once, kept, and imported by the first rule that fits its name.
    """
    feed = editing.create(
        session, context.settings, principal.workspace_id, body, principal.user.id
    )
    response.headers["Location"] = f"/api/feeds/{feed.id}"
    response.headers["ETag"] = service.entity_tag(feed)
    return _out(context, service.overview(session, feed))


@router.post(
    "/test",
    summary="Try a connection",
    responses=problems(401, 403, 404, SecretUnreadable, 422),
)
def test_feed(
    body: bodies.ConnectionIn, principal: EditorDep, context: ContextDep
) -> schemas.TestAnswer:
    """Connect as the feed would, and list a few files. What is wrong is in `error`: the name, the
    port, the host key, the password, the folder. Nothing is fetched or kept.
    """
    with transaction(context.engine) as session:
        connection = editing.connection_to_try(
            session, context.settings, principal.workspace_id, body
        )
    return trying.test(context, connection)


@router.post(
    "/preview",
    summary="Preview a feed before it is saved",
    responses=problems(401, 403, 404, SecretUnreadable, 422, OutboundError),
)
def try_feed(
    body: bodies.TrialIn, principal: EditorDep, context: ContextDep
) -> schemas.PreviewAnswer:
    """What a run would take if the feed were saved so, by which rule, and what it would leave alone
    and why. Nothing is fetched or kept.
    """
    with transaction(context.engine) as session:
        connection = editing.connection_to_try(
            session, context.settings, principal.workspace_id, body
        )
        feed = editing.feed_to_try(session, principal.workspace_id, body, connection.kind)
    return trying.preview(context, feed, connection, feed.rules, feed.ignore)


@router.get(
    "/{feed_id}",
    summary="Get a feed",
    responses={200: {"description": "The feed.", **WITH_TAG}, **problems(401, 404)},
)
def get_feed(
    response: Response,
    feed_id: str,
    principal: PrincipalDep,
    session: SessionDep,
    context: ContextDep,
) -> schemas.FeedOut:
    """The feed by its id or slug: its settings without the secrets, its health, its next run."""
    feed = service.find(session, principal.workspace_id, feed_id)
    response.headers["ETag"] = service.entity_tag(feed)
    return _out(context, service.overview(session, feed))


@router.patch(
    "/{feed_id}",
    summary="Change a feed",
    responses={
        200: {"description": "The feed.", **WITH_TAG},
        **problems(401, 403, 404, service.FeedSlugTaken, 412, 422),
    },
)
def change_feed(
    response: Response,
    feed_id: str,
    body: bodies.FeedChange,
    principal: EditorDep,
    session: SessionDep,
    context: ContextDep,
    if_match: IfMatch = None,
) -> schemas.FeedOut:
    """Change what you name. Files that no rule took before are taken by new rules, without being
    fetched again. Where the server is another one, its secrets have to be entered again.
    """
    feed = service.find(session, principal.workspace_id, feed_id, lock=True)
    service.check_unchanged(feed, if_match)
    editing.change(session, context.settings, feed, body, principal.user.id)
    response.headers["ETag"] = service.entity_tag(feed)
    return _out(context, service.overview(session, feed))


@router.delete(
    "/{feed_id}", status_code=204, summary="Delete a feed", responses=problems(401, 403, 404)
)
def delete_feed(feed_id: str, principal: EditorDep, session: SessionDep) -> None:
    """Delete the feed with its history. Files and datasets that came by it stay."""
    feed = service.find(session, principal.workspace_id, feed_id, lock=True)
    service.remove(session, feed, actor_id=principal.user.id)


@router.post(
    "/{feed_id}/run",
    status_code=202,
    summary="Run a feed now",
    responses=problems(401, 403, 404),
)
def run_feed(
    feed_id: str, principal: EditorDep, session: SessionDep, context: ContextDep
) -> schemas.RunAnswer:
    """Look at the source now, also where the feed is paused. A run that has not ended is not
    doubled, but answered.
    """
    feed = service.find(session, principal.workspace_id, feed_id, lock=True)
    run, is_new = service.start(
        session,
        feed,
        trigger="manual",
        slots=context.settings.workspace_connections,
        created_by=principal.user.id,
    )
    return schemas.RunAnswer(run=schemas.run_out(run), already_running=not is_new)


@router.post("/{feed_id}/pause", summary="Pause a feed", responses=problems(401, 403, 404))
def pause_feed(
    feed_id: str, principal: EditorDep, session: SessionDep, context: ContextDep
) -> schemas.FeedOut:
    """Let the feed rest until it is resumed. A run that has begun goes on to its end."""
    feed = service.find(session, principal.workspace_id, feed_id, lock=True)
    service.pause(session, feed, actor_id=principal.user.id)
    return _out(context, service.overview(session, feed))


@router.post("/{feed_id}/resume", summary="Resume a feed", responses=problems(401, 403, 404))
def resume_feed(
    feed_id: str, principal: EditorDep, session: SessionDep, context: ContextDep
) -> schemas.FeedOut:
    """Let the feed run by its schedule again."""
    feed = service.find(session, principal.workspace_id, feed_id, lock=True)
    service.resume(session, feed, actor_id=principal.user.id)
    return _out(context, service.overview(session, feed))


@router.post(
    "/{feed_id}/preview",
    summary="Preview a run",
    responses=problems(401, 403, 404, SecretUnreadable, 422, OutboundError),
)
def preview_feed(
    feed_id: str,
    principal: EditorDep,
    context: ContextDep,
    body: bodies.PreviewIn | None = None,
) -> schemas.PreviewAnswer:
    """What a run would take, by which rule, and what it would leave alone and why; also by rules
    that are not saved yet. Nothing is fetched.
    """
    with transaction(context.engine) as session:
        feed = service.find(session, principal.workspace_id, feed_id)
        rules, ignore = editing.rules_to_try(session, feed, body or bodies.PreviewIn())
        connection = plans.connection_of(session, context.settings, feed, impatient=True)
    return trying.preview(context, feed, connection, rules, ignore)


@router.post(
    "/{feed_id}/trust-host-key",
    summary="Trust a new host key",
    responses=problems(401, 403, 404, service.NoChangedHostKey, 422),
)
def trust_host_key(
    feed_id: str,
    body: bodies.TrustIn,
    principal: EditorDep,
    session: SessionDep,
    context: ContextDep,
) -> schemas.FeedOut:
    """Take the key that the SFTP server has shown instead of the known one, after its administrator
    has confirmed the fingerprint. The feed runs again at once.
    """
    feed = service.find(session, principal.workspace_id, feed_id, lock=True)
    service.trust_host_key(session, feed, body.fingerprint, actor_id=principal.user.id)
    return _out(context, service.overview(session, feed))


@router.get("/{feed_id}/runs", summary="List a feed's runs", responses=problems(400, 401, 404, 422))
def list_feed_runs(
    paged: PagedDep,
    feed_id: str,
    principal: PrincipalDep,
    session: SessionDep,
) -> paging.Page[schemas.RunOut]:
    """The runs of the feed, newest first. Of those that found nothing new, only the last are
    kept.
    """
    feed = service.find(session, principal.workspace_id, feed_id)
    page = paging.newest_first(session, history.runs(feed), FeedRun.id, paged.wanted)
    items = [schemas.run_out(run) for run in page.items]
    return paged.answer(page, items)


@router.get(
    "/{feed_id}/runs/{run_id}", summary="Get a run of a feed", responses=problems(401, 404, 422)
)
def get_feed_run(
    feed_id: str, run_id: UUID, principal: PrincipalDep, session: SessionDep
) -> schemas.RunOut:
    """A run: how far it is, what it found, what went wrong."""
    feed = service.find(session, principal.workspace_id, feed_id)
    return schemas.run_out(history.find_run(session, feed, run_id))


@router.post(
    "/{feed_id}/runs/{run_id}/cancel",
    status_code=202,
    summary="Cancel a run of a feed",
    responses=problems(401, 403, 404, 422),
)
def cancel_feed_run(
    feed_id: str, run_id: UUID, principal: EditorDep, session: SessionDep
) -> schemas.RunOut:
    """Ask the run to stop. What it has fetched stays; the next run goes on with the rest."""
    feed = service.find(session, principal.workspace_id, feed_id)
    run = history.find_run(session, feed, run_id)
    history.cancel_run(session, run)
    return schemas.run_out(run)


@router.get(
    "/{feed_id}/files",
    summary="List a feed's remote files",
    responses=problems(400, 401, 404, 422),
)
def list_feed_files(
    paged: PagedDep,
    feed_id: str,
    principal: PrincipalDep,
    session: SessionDep,
    state: Annotated[
        schemas.State | None, Query(description="Only in this state, as `unrecognised`.")
    ] = None,
    run: Annotated[UUID | None, Query(description="Only those of this run.")] = None,
    search: Annotated[
        str | None, Query(max_length=200, description="Only with this in their path.")
    ] = None,
) -> paging.Page[schemas.FeedFileOut]:
    """The versions of remote files that the feed has seen, newest first, and what became of
    each.
    """
    feed = service.find(session, principal.workspace_id, feed_id)
    statement = history.files(feed, state=state, run_id=run, search=search)
    page = paging.newest_first(session, statement, FeedFile.id, paged.wanted)
    items = [schemas.file_out(row) for row in page.items]
    return paged.answer(page, items)


@router.post(
    "/{feed_id}/files/{feed_file_id}/retry",
    status_code=202,
    summary="Try a remote file again",
    responses=problems(401, 403, 404, history.FileNotRetriable, 422),
)
def retry_feed_file(
    feed_id: str, feed_file_id: UUID, principal: EditorDep, session: SessionDep
) -> schemas.FeedFileOut:
    """Import a file anew that failed, by the rules as they are now; or fetch it again, where that
    is what failed.
    """
    feed = service.find(session, principal.workspace_id, feed_id, lock=True)
    row = history.find_file(session, feed, feed_file_id)
    history.retry_file(session, feed, row)
    return schemas.file_out(row)


def _out(context: Context, overview: service.Overview) -> schemas.FeedOut:
    return schemas.feed_out(overview, plans.secret_names(context.settings, overview.feed))
