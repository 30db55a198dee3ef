"""What load balancers, Prometheus and `rowmill health` are told."""

from __future__ import annotations

import re
from pathlib import Path

import psycopg
import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from rowmill.app import create_app
from rowmill.health import asking
from rowmill.settings import Settings
from tests.integration.imports.conftest import Inbox, inbox
from tests.programs import free_port

__all__ = ["inbox"]

LOCAL = ("127.0.0.1", 50_000)


def figures(text: str) -> dict[str, float]:
    """Every sample by its name and labels."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def local(settings: Settings, database_url: str) -> TestClient:
    """The app, asked from the server's own machine."""
    return TestClient(create_app(settings, database_url), client=LOCAL)


def test_readiness_names_every_part(client: TestClient, database_url: str) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() | {"version": ""} == {
        "status": "ready", "version": "", "database": "ok", "store": "ok",
        "worker": "none", "workers": 0,
    }  # fmt: skip
    with psycopg.connect(database_url) as connection:
        connection.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
        connection.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - '1 min'::interval)"
        )
    ready = client.get("/readyz").json()
    assert (ready["worker"], ready["workers"]) == ("ok", 1)


def test_without_its_database_it_is_alive_but_not_ready(settings: Settings) -> None:
    with TestClient(create_app(settings, f"postgresql://x@127.0.0.1:{free_port()}/x")) as client:
        assert client.get("/healthz").status_code == 200
        answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["code"]) == (503, "service_unavailable")
    assert "Retry-After" in answer.headers


def test_a_store_that_cannot_be_reached_is_not_ready(
    settings: Settings, database_url: str, tmp_path: Path
) -> None:
    (tmp_path / "a-file").touch()
    bucket = {"s3_endpoint": f"http://127.0.0.1:{free_port()}", "s3_access_key_id": "a key"}
    for store in (f"{tmp_path}/a-file/store", "s3://bucket/prefix"):
        remote = settings.model_copy(
            update={"storage_url": store, **bucket, "s3_secret_access_key": SecretStr("secret")}
        )
        with TestClient(create_app(remote, database_url)) as client:
            answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["code"]) == (503, "store_unavailable"), store


def test_figures_follow_what_happens(
    inbox: Inbox, settings: Settings, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rowmill.health.metrics.SECONDS_KEPT", -1)
    with local(settings, database_url) as client:
        inbox.load("people", "name,age\nada,36\nbob,41\neve,8\n")
        inbox.load("people", "name,age\nzoe,20\nmia,unknown\n")
        inbox.put("later", "a\n1\n")
        client.get("/api/datasets/no-such-one")
        client.get("/api/datasets/nor-this-one/")
        answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    told = figures(answer.text)
    assert told['rowmill_jobs{kind="imports.run",status="succeeded"}'] == 2
    assert told["rowmill_queue_depth"] == 1
    assert told["rowmill_queue_oldest_seconds"] >= 0
    assert told['rowmill_import_rows_total{outcome="loaded"}'] == 4
    assert told['rowmill_import_rows_total{outcome="rejected"}'] == 1
    assert told["rowmill_import_bytes_total"] > 20
    assert told["rowmill_workers_alive"] == 0
    assert told["rowmill_lake_bytes"] >= told["rowmill_dataset_bytes"] > 0
    assert told["rowmill_dataset_rows"] == 4
    route = 'method="GET",route="/api/datasets/{dataset}"'
    assert told[f'rowmill_requests_total{{{route},status="401"}}'] >= 2
    assert told[f"rowmill_request_seconds_count{{{route}}}"] >= 2
    assert "no-such-one" not in answer.text


@pytest.mark.parametrize("headers", [{}, {"X-Forwarded-For": "127.0.0.1"}])
def test_figures_are_not_for_other_machines(
    settings: Settings, database_url: str, headers: dict[str, str]
) -> None:
    origin = LOCAL if headers else ("192.0.2.7", 50_000)
    with TestClient(create_app(settings, database_url), client=origin) as client:
        answer = client.get("/metrics", headers=headers)
    assert answer.status_code == 401
    assert "rowmill_" not in answer.text


def test_with_a_token_it_is_the_token_that_counts(settings: Settings, database_url: str) -> None:
    asked = Settings(**{**settings.model_dump(), "metrics_token": "let me see"}, _env_file=None)
    with TestClient(create_app(asked, database_url), client=("192.0.2.7", 1)) as client:
        assert client.get("/metrics").status_code == 401
        wrong = client.get("/metrics", headers={"Authorization": "Bearer let me"})
        assert wrong.status_code == 401
        right = client.get("/metrics", headers={"Authorization": "Bearer let me see"})
        assert right.status_code == 200
    with local(asked, database_url) as client:
        assert client.get("/metrics").status_code == 401


def test_health_says_what_is_wrong(settings: Settings, database_url: str, tmp_path: Path) -> None:
    nobody = settings.model_copy(update={"port": free_port(), "database_url": database_url})
    with pytest.raises(asking.NotHealthy, match=r"Nothing answers at http://127\.0\.0\.1:\d+\."):
        asking.about_server(nobody, None)
    with pytest.raises(asking.NotHealthy, match="No worker is alive"):
        asking.about_workers(nobody)
    with pytest.raises(asking.NotHealthy, match="does not answer"):
        asking.about_workers(settings.model_copy(update={"data_dir": tmp_path / "none"}))
    with psycopg.connect(database_url) as connection:
        connection.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
    assert asking.about_workers(nobody) == "Workers alive: 1."


def test_every_figure_is_explained(settings: Settings, database_url: str) -> None:
    with local(settings, database_url) as client:
        text = client.get("/metrics").text
    explained = set(re.findall(r"# HELP (\S+) \S", text))
    own = {name for name in re.findall(r"# TYPE (\S+)", text) if name.startswith("rowmill_")}
    assert len(own) > 12
    assert own <= explained
