from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from rowmill.accounts.principals import PrincipalDep
from rowmill.context import ContextDep, SessionDep
from rowmill.dashboard import questions, schemas, service
from rowmill.datasets import answers
from rowmill.errors import QueryTimedOut
from rowmill.responses import problems

router = APIRouter(prefix="/api/dashboard", tags=["Dashboard"])

PROBLEMS = problems(401, 404, 422, QueryTimedOut)


def _described(model: Any, description: str) -> dict[int | str, dict[str, Any]]:
    return {
        200: {"model": model, "description": description},
        304: {"description": "What you have still holds."},
        **PROBLEMS,
    }


@router.get(
    "",
    summary="Look at the dashboard",
    response_class=Response,
    responses=_described(schemas.Dashboard, "The figures."),
)
def get_dashboard(
    request: Request,
    query: Annotated[schemas.DashboardQuery, Query()],
    principal: PrincipalDep,
    session: SessionDep,
    context: ContextDep,
) -> Response:
    """Sales, profit and stock of the workspace, over time and by place, kind and partner.

    They follow the filters and dates. Sums are exact. With dates, the key figures come with those
    of as many days before.
    """
    question = questions.ask(
        query.given(),
        date_from=query.date_from,
        date_to=query.date_to,
        grain=query.grain,
        top=query.top,
    )
    board = service.prepare(session, principal.workspace_id, question)
    if answers.is_known(request, board.tag):
        return answers.not_modified(board.tag)
    return answers.json_text(service.answer(context.lakes, board), board.tag)


@router.get(
    "/values",
    summary="Look up values of a filter",
    response_class=Response,
    responses=_described(schemas.DashboardValues, "The values."),
)
def list_dashboard_values(
    request: Request,
    query: Annotated[schemas.ValuesQuery, Query()],
    principal: PrincipalDep,
    session: SessionDep,
    context: ContextDep,
) -> Response:
    """The values that a filter of the dashboard can have, for choosing while one types. The other
    filters narrow them.
    """
    question = questions.ask(
        query.given(), date_from=query.date_from, date_to=query.date_to, grain="month", top=1
    )
    board = service.prepare(session, principal.workspace_id, question)
    tag = board.sources.tag("values", query.field, query.q, query.limit, *question.normalised())
    if answers.is_known(request, tag):
        return answers.not_modified(tag)
    found = service.values(
        context.lakes, board.sources, question, query.field, query.q, query.limit
    )
    return answers.json_text(found, tag)
