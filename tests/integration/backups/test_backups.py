"""What was backed up comes back, every row of it; and nothing is overwritten unasked."""

from __future__ import annotations

import io
import json
import tarfile
import threading
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr

from rowmill.backups import archive, service
from rowmill.backups.archive import BrokenBackup
from rowmill.backups.database import DatabaseNotDumped
from rowmill.context import Context
from rowmill.maintenance.service import clean_up
from rowmill.migrations.upgrading import upgrade
from tests.integration.backups.conftest import MakeSite, Site, everything, some_rows
from tests.integration.imports.conftest import Inbox
from tests.integration.lake.test_s3 import BUCKET, endpoint
from tests.programs import PASSWORD

__all__ = ["endpoint"]

AUTH = ("ada@example.com", PASSWORD)


@pytest.fixture
def filled(inbox: Inbox) -> Inbox:
    """Datasets with several versions, deletions in the lake, rejects, and one that is gone."""
    inbox.load("orders", some_rows(500))
    inbox.load("orders", some_rows(300, seed=1000))
    inbox.load("orders", some_rows(400, seed=300), mode="upsert", key="id")
    inbox.load("orders", "id,city,amount\n00000001,Oslo,1.00\n", mode="upsert", key="id")
    inbox.load("people", "name,age\nada,36\nbob,41\n")
    inbox.load("people", "name,age\neve,none at all\n")
    inbox.load("gone", "a\n1\n")
    assert inbox.client.delete("/api/datasets/gone").status_code == 204
    return inbox


def test_every_row_of_every_version_is_there_after_a_restore(
    filled: Inbox, here: Site, make_site: MakeSite, tmp_path: Path
) -> None:
    before = everything(filled.client, AUTH)
    assert len([name for name in before if name.startswith("orders@")]) == 4
    tables = here.rows()

    made = here.back_up(tmp_path / "all.tar")
    there = make_site("there")
    there.restore(tmp_path / "all.tar")

    assert made.counts == {"users": 1, "workspaces": 1, "datasets": 2, "originals": 7}
    assert made.missing == []
    assert there.rows() == tables
    with there.running() as client:
        assert everything(client, AUTH) == before


def test_sessions_and_cursors_go_on_after_a_restore(
    filled: Inbox, here: Site, make_site: MakeSite, tmp_path: Path
) -> None:
    page = filled.client.get("/api/datasets/orders/records", params={"limit": 7}).json()
    cookies = dict(filled.client.cookies)
    here.back_up(tmp_path / "all.tar")
    there = make_site("there")
    there.restore(tmp_path / "all.tar")

    with there.running() as client:
        client.cookies.update(cookies)
        answer = client.get(
            "/api/datasets/orders/records", params={"limit": 7, "cursor": page["next_cursor"]}
        )

    wanted = filled.client.get(
        "/api/datasets/orders/records", params={"limit": 7, "cursor": page["next_cursor"]}
    )
    assert answer.raise_for_status().json() == wanted.json()


@pytest.mark.usefixtures("filled")
def test_a_restored_installation_takes_new_files(
    here: Site, make_site: MakeSite, tmp_path: Path
) -> None:
    here.back_up(tmp_path / "all.tar")
    there = make_site("there")
    there.restore(tmp_path / "all.tar")
    with there.running() as client:
        sent = client.put("/api/datasets/people/data", content="name,age\nzoe,5\n", auth=AUTH)
        there.work()
        run = client.get(f"/api/imports/{sent.json()['import_id']}", auth=AUTH).json()
        rows = client.get("/api/datasets/people/records", auth=AUTH).json()["items"]
    assert run["status"] == "succeeded"
    assert [row["name"] for row in rows] == ["ada", "bob", "zoe"]


def test_imports_that_wait_during_the_backup_are_done_after_the_restore(
    inbox: Inbox, here: Site, make_site: MakeSite, tmp_path: Path
) -> None:
    sent = [inbox.put(f"d{i}", some_rows(200, seed=i)) for i in range(3)]
    here.back_up(tmp_path / "all.tar")
    there = make_site("there")
    there.restore(tmp_path / "all.tar")

    there.work()

    inbox.work()
    with there.running() as client:
        assert everything(client, AUTH) == everything(inbox.client, AUTH)
        statuses = {
            client.get(f"/api/imports/{answer['import_id']}", auth=AUTH).json()["status"]
            for answer in sent
        }
    assert statuses == {"succeeded"}


def test_a_backup_while_imports_run_holds_each_of_them_wholly_or_not_at_all(
    inbox: Inbox, here: Site, make_site: MakeSite, tmp_path: Path
) -> None:
    for i in range(6):
        inbox.put("orders", some_rows(5_000, seed=i * 10_000))
    working = threading.Thread(target=inbox.work)
    working.start()
    backups: list[Path] = []
    while working.is_alive() or not backups:
        backups.append(tmp_path / f"{len(backups)}.tar")
        here.back_up(backups[-1])
    working.join()
    wanted = everything(inbox.client, AUTH)
    rows = sorted(inbox.client.get("/api/datasets/orders/export").text.splitlines())
    assert len(rows) == 30_001

    for backup in [backups[0], backups[len(backups) // 2]]:
        there = make_site(backup.stem)
        there.restore(backup)
        with there.running() as client:
            so_far = client.get("/api/datasets/orders", auth=AUTH).json()["row_count"]
            assert so_far % 5_000 == 0
            _let_the_dead_workers_go(there)
            there.work()
            export = client.get("/api/datasets/orders/export", auth=AUTH)
            assert sorted(export.text.splitlines()) == rows
            after = everything(client, AUTH)
        originals = {name for name in wanted if name.startswith("original")}
        assert {name: after[name] for name in originals} == {n: wanted[n] for n in originals}
    assert not list(tmp_path.glob(".*.partial"))


def _let_the_dead_workers_go(site: Site) -> None:
    """What a live worker does by itself some seconds after the heartbeat of another has ended."""
    with psycopg.connect(site.url) as connection:
        connection.execute(
            "UPDATE procrastinate_jobs SET status = 'todo', worker_id = NULL WHERE status = 'doing'"
        )


@pytest.mark.usefixtures("filled")
def test_maintenance_removes_nothing_while_a_backup_copies(
    here: Site, context: Context, tmp_path: Path
) -> None:
    cleaning = threading.Thread(
        target=clean_up, args=(context,), kwargs={"older_than": timedelta()}
    )
    waited: list[bool] = []

    def look(_done: int, _total: int) -> None:
        if not waited:
            cleaning.start()
            cleaning.join(0.5)
        waited.append(cleaning.is_alive())

    made = service.back_up(here.settings, here.url, tmp_path / "all.tar", look)
    cleaning.join(60)

    assert waited
    assert all(waited)
    assert not cleaning.is_alive()
    assert made.missing == []
    assert archive.checked(tmp_path / "all.tar") == made


def test_data_that_is_there_stays_unless_force_is_given(
    filled: Inbox, here: Site, make_site: MakeSite, tmp_path: Path
) -> None:
    here.back_up(tmp_path / "all.tar")
    wanted = everything(filled.client, AUTH)
    there = make_site("there")
    there.restore(tmp_path / "all.tar")
    with there.running() as client:
        client.put("/api/datasets/extra/data", content="a\n1\n", auth=AUTH)
        there.work()
    rows, objects = there.rows(), there.objects()

    with pytest.raises(service.DataInTheWay):
        there.restore(tmp_path / "all.tar")
    assert (there.rows(), there.objects()) == (rows, objects)

    there.restore(tmp_path / "all.tar", force=True)
    assert there.objects() < objects
    with there.running() as client:
        assert everything(client, AUTH) == wanted
        assert client.get("/api/datasets/extra", auth=AUTH).status_code == 404


@pytest.mark.usefixtures("filled")
def test_a_restore_waits_for_nobody_and_says_who_is_in_the_way(
    here: Site, make_site: MakeSite, tmp_path: Path
) -> None:
    here.back_up(tmp_path / "all.tar")
    there = make_site("there")
    with (
        psycopg.connect(there.url),
        pytest.raises(service.StillInUse, match="stop `rowmill serve`"),
    ):
        there.restore(tmp_path / "all.tar")
    assert there.tables() == set()


@pytest.mark.usefixtures("filled")
def test_tables_of_another_program_are_never_touched(
    here: Site, make_site: MakeSite, tmp_path: Path
) -> None:
    here.back_up(tmp_path / "all.tar")
    there = make_site("there")
    with psycopg.connect(there.url) as connection:
        connection.execute("CREATE TABLE theirs (a int)")
    with pytest.raises(service.DataInTheWay, match="another program"):
        there.restore(tmp_path / "all.tar", force=True)
    assert there.tables() == {("public", "theirs")}


@pytest.mark.usefixtures("filled")
def test_a_backup_of_a_newer_version_is_refused(
    here: Site, make_site: MakeSite, tmp_path: Path
) -> None:
    here.back_up(tmp_path / "all.tar")
    newer = rewritten(tmp_path / "all.tar", tmp_path / "newer.tar", revision="9999")
    with pytest.raises(service.MadeByNewer):
        make_site("there").restore(newer)


@pytest.mark.usefixtures("filled")
def test_a_dump_that_postgresql_refuses_changes_nothing(
    here: Site, make_site: MakeSite, tmp_path: Path
) -> None:
    here.back_up(tmp_path / "all.tar")
    there = make_site("there")
    there.restore(tmp_path / "all.tar")
    rows, objects = there.rows(), there.objects()
    with tarfile.open(tmp_path / "all.tar") as tar:
        dump = tar.extractfile(archive.DATABASE)
        assert dump is not None
        content = dump.read()
        half = content[: len(content) // 2]
    broken = rewritten(tmp_path / "all.tar", tmp_path / "broken.tar", dump=half)

    with pytest.raises(DatabaseNotDumped):
        there.restore(broken, force=True)
    assert (there.rows(), there.objects()) == (rows, objects)

    empty = make_site("empty")
    with pytest.raises(DatabaseNotDumped):
        empty.restore(broken)
    assert (empty.tables(), empty.objects()) == (set(), set())


def test_an_original_that_is_missing_is_told(filled: Inbox, here: Site, tmp_path: Path) -> None:
    run = filled.client.get("/api/imports").json()["items"][0]
    (lost,) = [key for key in here.objects() if key.endswith(_sha256(filled, run))]
    (Path(here.settings.storage) / lost).unlink()
    assert here.back_up(tmp_path / "all.tar").missing == [lost]


def _sha256(inbox: Inbox, run: dict[str, dict[str, str]]) -> str:
    answer = inbox.client.get(f"/api/imports/{run['id']}").raise_for_status().json()
    sha256: str = answer["file"]["sha256"]
    return sha256


def test_an_empty_database_is_not_worth_a_backup(make_site: MakeSite, tmp_path: Path) -> None:
    with pytest.raises(service.NothingToBackUp):
        make_site("empty").back_up(tmp_path / "all.tar")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("filled")
def test_only_its_owner_may_read_an_archive(here: Site, tmp_path: Path) -> None:
    here.back_up(tmp_path / "all.tar")
    assert (tmp_path / "all.tar").stat().st_mode & 0o777 == 0o600


def test_a_bucket_s_content_can_be_restored_into_a_folder_and_back(
    make_site: MakeSite, endpoint: str, tmp_path: Path
) -> None:
    bucket, folder, again = (make_site(name) for name in ("bucket", "folder", "again"))
    for site in (bucket, again):
        site.settings = site.settings.model_copy(
            update={
                "storage_url": f"s3://{BUCKET}/{site.settings.data_dir.name}",
                "s3_endpoint": endpoint,
                "s3_access_key_id": "a key",
                "s3_secret_access_key": SecretStr("secret"),
            }
        )
    upgrade(bucket.url)
    with bucket.running() as client:
        client.post("/api/register", json={"email": AUTH[0], "password": AUTH[1]})
        client.put("/api/datasets/orders/data", content=some_rows(50), auth=AUTH)
        bucket.work()
        wanted = everything(client, AUTH)
    assert len(wanted) == 4

    for source, target in ((bucket, folder), (folder, again)):
        archived = tmp_path / f"{source.settings.data_dir.name}.tar"
        assert source.back_up(archived).missing == []
        target.restore(archived)
        with target.running() as client:
            assert everything(client, AUTH) == wanted


@pytest.mark.parametrize("harm", ["cut", "flipped", "no manifest", "text"])
@pytest.mark.usefixtures("filled")
def test_a_damaged_archive_is_refused_before_anything_is_touched(
    here: Site, make_site: MakeSite, tmp_path: Path, harm: str
) -> None:
    here.back_up(tmp_path / "all.tar")
    content = bytearray((tmp_path / "all.tar").read_bytes())
    if harm == "cut":
        content = content[: len(content) // 2]
    elif harm == "flipped":
        content[len(content) // 3] ^= 1
    elif harm == "no manifest":
        content = content[: content.rindex(archive.MANIFEST.encode()) // 512 * 512] + bytes(1024)
    else:
        content = bytearray(b"name,age\nada,36\n" * 100)
    (tmp_path / "harmed.tar").write_bytes(content)
    there = make_site("there")
    with pytest.raises(BrokenBackup):
        there.restore(tmp_path / "harmed.tar")
    assert there.tables() == set()
    assert not there.settings.data_dir.exists() or there.objects() == set()


def rewritten(
    source: Path, target: Path, *, revision: str | None = None, dump: bytes | None = None
) -> Path:
    """The same archive with something changed, whose checksums are right all the same."""
    with tarfile.open(source) as old, archive.writing(target) as new:
        manifest = json.loads(_content(old, archive.MANIFEST))
        for name in old.getnames():
            if name != archive.MANIFEST:
                content = dump if dump and name == archive.DATABASE else _content(old, name)
                new.add_pieces(name, len(content), [content])
        entries, _ = manifest.pop("entries"), manifest.pop("format")
        assert entries
        manifest["revision"] = revision or manifest["revision"]
        new.close(archive.Manifest(**manifest))
    return target


def _content(tar: tarfile.TarFile, name: str) -> bytes:
    file = tar.extractfile(name)
    assert file is not None
    return io.BytesIO(file.read()).getvalue()
