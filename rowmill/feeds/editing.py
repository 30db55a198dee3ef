"""From what a person sends to a feed: looked over as a whole before anything is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from rowmill.datasets import names
from rowmill.datasets import service as datasets
from rowmill.errors import Invalid, NotFound, invalid
from rowmill.feeds import bodies, plans, service
from rowmill.feeds.matching import Matcher
from rowmill.feeds.sources import Connection, check
from rowmill.models import Feed, new_id
from rowmill.schedules import Schedule, ScheduleBody
from rowmill.settings import Settings
from rowmill.templates import service as templates

PLACES = {
    "sftp": ("host", "port"),
    "s3": ("endpoint", "region", "virtual_hosted"),
    "folder": (),
    "https": ("urls",),
}
"""The settings that say to whom the secrets are told."""


def create(
    session: Session, settings: Settings, workspace_id: UUID, body: bodies.FeedIn, actor_id: UUID
) -> Feed:
    """Keep a new feed. Raises: Invalid, FeedSlugTaken."""
    source = _source_values(body.source)
    secrets = _secrets(body.source.kind, {}, body.secrets)
    _check_connection(settings, body.source.kind, source, secrets, body.host_key)
    after = _after_values(body.after, body.source.kind)
    feed = Feed(
        id=new_id(),
        workspace_id=workspace_id,
        slug=body.slug or "",
        name=names.checked(body.name),
        kind=body.source.kind,
        source=source,
        host_key=_host_key(body.source.kind, body.host_key),
        rules=_rule_values(session, workspace_id, body.rules),
        ignore=body.ignore,
        after=after,
        stable_seconds=body.stable_seconds,
        paused=body.paused,
        failures=0,
    )
    plans.keep_secrets(settings, feed, secrets)
    service.reschedule(feed, _schedule(settings, body.schedule))
    Matcher(feed.rules, feed.ignore)
    service.create(session, feed, actor_id=actor_id)
    return feed


def change(
    session: Session, settings: Settings, feed: Feed, body: bodies.FeedChange, actor_id: UUID
) -> None:
    """Change what the body names. Raises: Invalid, FeedSlugTaken."""
    given = body.model_fields_set
    if {"source", "secrets", "host_key"} & given:
        _change_connection(settings, feed, body)
    if body.name is not None:
        feed.name = names.checked(body.name)
    if body.slug is not None:
        service.rename(session, feed, body.slug)
    if body.rules is not None:
        feed.rules = _rule_values(session, feed.workspace_id, body.rules)
    if body.ignore is not None:
        feed.ignore = body.ignore
    if body.after is not None:
        feed.after = _after_values(body.after, feed.kind)
    if body.stable_seconds is not None:
        feed.stable_seconds = body.stable_seconds
    if "schedule" in given:
        service.reschedule(feed, _schedule(settings, body.schedule))
    Matcher(feed.rules, feed.ignore)
    if body.paused is not None:
        (service.pause if body.paused else service.resume)(session, feed, actor_id=actor_id)
    look_again = bool({"source", "secrets", "host_key", "rules", "ignore"} & given)
    service.changed(session, feed, actor_id=actor_id, look_again=look_again)


def connection_to_try(
    session: Session, settings: Settings, workspace_id: UUID, body: bodies.ConnectionIn
) -> Connection:
    """The connection that is meant. Raises: Invalid, NotFound, SecretUnreadable."""
    if body.feed is None:
        if body.source is None:
            raise invalid("source", "Name a source, or a feed that has one.")
        secrets = _secrets(body.source.kind, {}, body.secrets)
        given = _source_values(body.source)
        return _check_connection(settings, body.source.kind, given, secrets, body.host_key)
    feed = service.find(session, workspace_id, body.feed)
    kind, source, secrets, host_key = _merged(settings, feed, body)
    return _check_connection(settings, kind, source, secrets, host_key)


def feed_to_try(session: Session, workspace_id: UUID, body: bodies.TrialIn, kind: str) -> Feed:
    """The feed as it would be saved, which is not kept. Raises: Invalid, NotFound."""
    saved = service.find(session, workspace_id, body.feed) if body.feed else None
    return Feed(
        id=saved.id if saved else new_id(),
        kind=kind,
        rules=_rule_values(session, workspace_id, body.rules),
        ignore=body.ignore,
        after=_after_values(body.after, kind),
        stable_seconds=body.stable_seconds,
    )


def _change_connection(settings: Settings, feed: Feed, body: bodies.FeedChange) -> None:
    kind, source, secrets, host_key = _merged(settings, feed, body)
    _check_connection(settings, kind, source, secrets, host_key)
    if feed.kind != kind:
        _after_values(body.after or bodies.AfterBody(**feed.after), kind)
    feed.kind, feed.source = kind, source
    feed.host_key = _host_key(kind, host_key)
    plans.keep_secrets(settings, feed, secrets)


def _merged(
    settings: Settings, feed: Feed, body: bodies.FeedChange | bodies.ConnectionIn
) -> tuple[str, dict[str, Any], dict[str, str], str | None]:
    """Kind, source, secrets and host key of a feed with the changes of a body.

    Secrets are told to nobody new: where the place changes, they have to be entered again.
    """
    kind: str = feed.kind
    source = dict(feed.source)
    if body.source is not None:
        kind, source = body.source.kind, _source_values(body.source)
    is_elsewhere = kind != feed.kind or any(
        source.get(name) != feed.source.get(name) for name in PLACES[kind]
    )
    given = {name for name, value in body.secrets.items() if value}
    is_replaced = feed.secrets is not None and bool(given)
    kept = {} if feed.secrets is None else _kept(settings, feed, is_replaced=is_replaced)
    if is_elsewhere and set(kept) - set(body.secrets):
        missing = ", ".join(sorted(set(kept) - set(body.secrets)))
        raise invalid(
            "secrets",
            f"The source is another one now: enter {missing} again, or remove it by null.",
        )
    secrets = _secrets(kind, {} if is_elsewhere else kept, body.secrets)
    host_key = None if is_elsewhere else feed.host_key
    if "host_key" in body.model_fields_set:
        host_key = body.host_key
    return kind, source, secrets, host_key


def _kept(settings: Settings, feed: Feed, *, is_replaced: bool) -> dict[str, str]:
    """The secrets so far; those that cannot be opened are none where others are entered."""
    names_known = plans.secret_names(settings, feed)
    if not names_known and is_replaced:
        return {}
    return plans.opened_secrets(settings, feed)


def _source_values(source: bodies.Source) -> dict[str, Any]:
    return source.model_dump(exclude={"kind"})


def _secrets(kind: str, kept: Mapping[str, str], given: Mapping[str, str | None]) -> dict[str, str]:
    """The secrets with the changes. Raises: Invalid for one that the kind does not have."""
    known = bodies.SECRETS[kind]
    for name in given:
        if name not in known:
            has = ", ".join(known) or "none"
            raise invalid(f"secrets.{name}", f"There is no such secret of {kind}; it has: {has}.")
    return {name: value for name, value in {**kept, **given}.items() if value}


def _host_key(kind: str, host_key: str | None) -> str | None:
    if kind != "sftp" or not host_key:
        return None
    return " ".join(host_key.split()[:2])


def _check_connection(
    settings: Settings,
    kind: str,
    source: Mapping[str, Any],
    secrets: Mapping[str, str],
    host_key: str | None,
) -> Connection:
    """Raises: Invalid, PrivateKeyUnreadable."""
    if kind == "https":
        _check_login(source, secrets)
    connection = Connection(kind, source, secrets, _host_key(kind, host_key), impatient=True)
    check(settings, connection)
    return connection


def _check_login(source: Mapping[str, Any], secrets: Mapping[str, str]) -> None:
    login = source["login"]
    if login == "basic" and not source["username"]:
        raise invalid("source.username", "Basic takes a username.")
    if login == "header" and not source["header"]:
        raise invalid("source.header", "Name the header that takes the token.")
    if login in {"bearer", "header"} and not secrets.get("token"):
        raise invalid("secrets.token", "This way to log in needs a token.")


def _after_values(after: bodies.AfterBody, kind: str) -> dict[str, Any]:
    values = after.model_dump(exclude_none=True)
    if kind == "https" and after.action != "keep":
        raise invalid("after.action", "Files of the web can only be kept where they are.")
    if after.action == "move":
        parts = (after.folder or "").strip("/").split("/")
        if (after.folder or "").startswith("/") or any(part in {"", ".", ".."} for part in parts):
            raise invalid("after.folder", "A folder below the feed's own, such as `done`.")
        values["folder"] = "/".join(parts)
    if after.action == "rename" and not after.suffix:
        raise invalid("after.suffix", "What is to be added to the name, such as `.done`.")
    return values


def _rule_values(
    session: Session, workspace_id: UUID, rules: Sequence[bodies.RuleBody]
) -> list[dict[str, Any]]:
    """Raises: Invalid, naming the rule's field."""
    for number, rule in enumerate(rules):
        _check_rule(session, workspace_id, rule, f"rules.{number}")
    return [rule.model_dump(exclude_none=True) for rule in rules]


def _check_rule(session: Session, workspace_id: UUID, rule: bodies.RuleBody, at: str) -> None:
    if not rule.dataset and not rule.template:
        raise invalid(f"{at}.dataset", "Say where the files go: name a dataset or a template.")
    if rule.template:
        try:
            templates.chosen(session, workspace_id, rule.template)
        except Invalid as error:
            raise invalid(f"{at}.template", error.errors[0]["message"]) from error
    has_key = bool(rule.key or rule.template)
    if rule.dataset:
        try:
            dataset = datasets.find(session, workspace_id, names_of(rule.dataset))
        except NotFound as error:
            if names.is_id(rule.dataset):
                raise invalid(f"{at}.dataset", "There is no such dataset.") from error
        else:
            has_key = has_key or bool(dataset.key or dataset.template)
    if rule.mode == "upsert" and not has_key:
        message = "An upsert needs the columns that tell one row from another."
        raise invalid(f"{at}.key", message)


def names_of(dataset: str) -> str:
    """The dataset's id or slug, where its name was given."""
    return dataset if names.is_id(dataset) else names.slug_of(dataset)


def _schedule(settings: Settings, body: ScheduleBody | None) -> Schedule | None:
    if body is None:
        return None
    return body.schedule(shortest_seconds=settings.shortest_interval_seconds)


def rules_to_try(
    session: Session, feed: Feed, body: bodies.PreviewIn
) -> tuple[list[dict[str, Any]], list[str]]:
    """The rules and what to ignore, of the body where it says something. Raises: Invalid."""
    rules = feed.rules
    if body.rules is not None:
        rules = _rule_values(session, feed.workspace_id, body.rules)
    return rules, feed.ignore if body.ignore is None else body.ignore
