from __future__ import annotations

from fastapi import APIRouter

from rowmill.accounts.principals import EditorDep, PrincipalDep
from rowmill.context import SessionDep
from rowmill.datasets import service as datasets
from rowmill.responses import problems
from rowmill.templates import matching, schemas, service

router = APIRouter(prefix="/api", tags=["Templates"])


@router.get("/templates", summary="List templates", responses=problems(401, 404))
def list_templates(principal: PrincipalDep, session: SessionDep) -> schemas.TemplateList:
    """Declared schemas: `sales`, `products`, `stock`, and those of the workspace."""
    templates = service.listing(session, principal.workspace_id)
    followers = service.followers(session, principal.workspace_id)
    items = [schemas.template_out(each, followers.get(each.name)) for each in templates]
    return schemas.TemplateList(items=items)


@router.post(
    "/templates",
    status_code=201,
    summary="Declare a template",
    responses=problems(401, 403, 404, service.TemplateExists, 422),
)
def declare_template(
    body: schemas.TemplateIn, principal: EditorDep, session: SessionDep
) -> schemas.TemplateOut:
    """A template of your own works for imports as the built-in ones do: send its name as
    `template` with a file.
    """
    template = service.declare(
        session,
        principal.workspace_id,
        name=body.name,
        label=body.label,
        columns=[column.model_dump() for column in body.columns],
        key=body.key,
        created_by=principal.user.id,
    )
    return schemas.template_out(template, None)


@router.post("/templates/match", summary="Match a header", responses=problems(401, 404, 422))
def match_template(
    body: schemas.HeadersIn, principal: PrincipalDep, session: SessionDep
) -> schemas.MatchOut:
    """Which template a file with this header looks like, and which header is which column. You
    can ask before the file is sent.
    """
    if body.template is not None:
        template = service.chosen(session, principal.workspace_id, body.template)
        return schemas.match_out(matching.match(template, body.headers), body.headers)
    known = service.listing(session, principal.workspace_id)
    return schemas.match_out(matching.best(known, body.headers), body.headers)


@router.get("/templates/{name}", summary="Get a template", responses=problems(401, 404))
def get_template(name: str, principal: PrincipalDep, session: SessionDep) -> schemas.TemplateOut:
    """What the template declares, and the dataset that follows it."""
    template = service.find(session, principal.workspace_id, name)
    dataset = service.find_dataset(session, principal.workspace_id, name)
    return schemas.template_out(template, dataset)


@router.put(
    "/templates/{name}",
    summary="Declare a template anew",
    responses=problems(401, 403, 404, service.BuiltInTemplate, 422),
)
def change_template(
    name: str, body: schemas.TemplateChange, principal: EditorDep, session: SessionDep
) -> schemas.TemplateOut:
    """Replace what the template declares. Imports go by it from now on; rows stay as they are."""
    template = service.change(
        session,
        principal.workspace_id,
        name,
        label=body.label,
        columns=[column.model_dump() for column in body.columns],
        key=body.key,
        actor_id=principal.user.id,
    )
    dataset = service.find_dataset(session, principal.workspace_id, name)
    return schemas.template_out(template, dataset)


@router.delete(
    "/templates/{name}",
    status_code=204,
    summary="Delete a template",
    responses=problems(401, 403, 404, service.TemplateInUse),
)
def delete_template(name: str, principal: EditorDep, session: SessionDep) -> None:
    """Delete a template that no dataset follows."""
    service.remove(session, principal.workspace_id, name, actor_id=principal.user.id)


@router.get(
    "/datasets/{dataset}/template",
    summary="What a dataset follows",
    responses=problems(401, 404),
)
def get_followed_template(
    dataset: str, principal: PrincipalDep, session: SessionDep
) -> schemas.FollowedTemplate:
    """The template that the dataset follows and the roles of its columns; where it follows none,
    the template that it looks like.
    """
    return schemas.followed_out(datasets.find(session, principal.workspace_id, dataset))


@router.post(
    "/datasets/{dataset}/template",
    summary="Follow a template",
    responses=problems(401, 403, 404, service.TemplateTaken, 422),
)
def adopt_template(
    dataset: str, body: schemas.AdoptIn, principal: EditorDep, session: SessionDep
) -> schemas.FollowedTemplate:
    """Use the dataset as the workspace's sales, products, stock, or what else the template
    declares. Its columns keep their names and types; imports into it find headers by their aliases.
    """
    found = datasets.find(session, principal.workspace_id, dataset)
    template = service.chosen(session, principal.workspace_id, body.template)
    service.adopt(session, found, template, body.roles, actor_id=principal.user.id)
    return schemas.followed_out(found)


@router.delete(
    "/datasets/{dataset}/template",
    summary="Follow no template",
    responses=problems(401, 403, 404),
)
def release_dataset(
    dataset: str, principal: EditorDep, session: SessionDep
) -> schemas.FollowedTemplate:
    """Take the template off the dataset. Its columns and rows stay what they are."""
    found = datasets.find(session, principal.workspace_id, dataset)
    service.release(session, found, actor_id=principal.user.id)
    return schemas.followed_out(found)
