"""Operations of a server whose files lie in a bucket."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import update

from rowmill.context import Context
from rowmill.db import transaction
from rowmill.maintenance.service import clean_up
from rowmill.models import Job
from rowmill.settings import Settings
from tests.factories.s3_servers import S3Server, moto, storing
from tests.integration.operations.conftest import Bench

SALES = "order,city\n1,Ames\n1,Ames\n2,Waterloo\n"


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    with moto() as running:
        yield running


@pytest.fixture
def settings(settings: Settings, server: S3Server) -> Settings:
    return settings.model_copy(update=storing(server))


def test_duplicates_are_removed_and_the_file_comes_from_the_bucket(
    bench: Bench, served: Context
) -> None:
    sent = bench.load(SALES)

    done = bench.perform(file_id=sent["file_id"], operation="dedup")

    assert done["receipt"] == {"rows_in": 3, "rows_out": 2, "removed": 1}
    assert bench.result(done) == [{"order": 1, "city": "Ames"}, {"order": 2, "city": "Waterloo"}]
    bench.client.cookies.clear()
    download = bench.client.get(done["result"]["file_link"]).raise_for_status()
    assert download.text.splitlines() == ["order,city", "1,Ames", "2,Waterloo"]
    assert len(list(served.store.list("exports"))) == 1
    assert served.store.uri("exports").startswith("s3://")


def test_results_whose_time_is_over_leave_the_bucket(bench: Bench, served: Context) -> None:
    sent = bench.load(SALES)
    done = bench.perform(file_id=sent["file_id"], operation="dedup")
    assert clean_up(served).results == 0
    with transaction(served.engine) as session:
        age = timedelta(days=served.settings.keep_results_days + 1)
        session.execute(update(Job).values(finished_at=Job.finished_at - age))

    freed = clean_up(served)

    assert (freed.results, freed.failures) == (1, 0)
    assert freed.size_bytes >= done["result"]["size_bytes"]
    assert list(served.store.list("exports")) == []
    gone = bench.client.get(done["result"]["file_link"])
    assert (gone.status_code, gone.json()["code"]) == (410, "result_removed")
    assert len(bench.result(bench.get(done["id"]))) == 2
