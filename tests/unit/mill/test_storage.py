"""Sources and outputs in an object store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.fs
import pyarrow.parquet as pq
import pytest
from moto.server import ThreadedMotoServer

from rowmill.mill import Limits, ParseRequest, TooManyRejects, run_parse


@pytest.fixture(scope="module")
def settings() -> Iterator[dict[str, Any]]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield {
        "key_id": "key",
        "secret": "secret",
        "region": "us-east-1",
        "endpoint": f"{host}:{port}",
        "url_style": "path",
        "use_ssl": False,
    }
    server.stop()


@pytest.fixture
def store(settings: dict[str, Any]) -> pyarrow.fs.S3FileSystem:
    filesystem = pyarrow.fs.S3FileSystem(
        access_key="key",
        secret_key="secret",
        region="us-east-1",
        scheme="http",
        endpoint_override=settings["endpoint"],
        allow_bucket_creation=True,
    )
    filesystem.create_dir("bucket")
    return filesystem


def run(request: ParseRequest) -> Any:
    return run_parse(request, on_progress=lambda _: None, should_cancel=lambda: False)


def test_file_in_a_bucket_is_parsed_into_the_bucket(
    store: pyarrow.fs.S3FileSystem, settings: dict[str, Any]
) -> None:
    content = b"id,name\n1,x\n2\n3,y\n"
    with store.open_output_stream("bucket/files/in.csv") as stream:
        stream.write(content)

    result = run(
        ParseRequest("s3://bucket/files/in.csv", len(content), "s3://bucket/out/1", s3=settings)
    )

    assert result.files[0].uri == "s3://bucket/out/1/part-0.parquet"
    table = pq.read_table("bucket/out/1/part-0.parquet", filesystem=store)
    assert table.to_pylist() == [{"id": 1, "name": "x"}, {"id": 3, "name": "y"}]
    assert result.rejects_path == "s3://bucket/out/1/rejects.parquet"
    rejects = pq.read_table("bucket/out/1/rejects.parquet", filesystem=store)
    assert rejects.column("raw").to_pylist() == ["2"]


def test_failed_parse_leaves_nothing_in_the_bucket(
    tmp_path: Path, store: pyarrow.fs.S3FileSystem, settings: dict[str, Any]
) -> None:
    source = tmp_path / "bad.csv"
    source.write_bytes(b"a,b\n1,2\n1\n1\n")
    with pytest.raises(TooManyRejects):
        run(
            ParseRequest(
                str(source), 12, "s3://bucket/out/2", limits=Limits(max_rejects=1), s3=settings
            )
        )
    found = store.get_file_info(pyarrow.fs.FileSelector("bucket/out", recursive=True))
    assert [item.path for item in found if "out/2/" in item.path] == []
