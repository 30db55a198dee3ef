"""A real S3 protocol server on the loopback, with a bucket, that can insist on permissions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import boto3
import httpx
from moto.server import ThreadedMotoServer
from pydantic import SecretStr

BUCKET = "rowmill-test"
REGION = "us-east-1"


@dataclass
class S3Server:
    """Where it answers, and the keys that tests use while it insists on none."""

    endpoint: str
    access_key_id: str = "AKIAEXAMPLE"
    secret_access_key: str = "it's a secret"

    @property
    def port(self) -> int:
        return httpx.URL(self.endpoint).port or 80

    def client(self, service: str = "s3") -> Any:
        """Amazon's own client on it."""
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id=self.access_key_id,
            aws_secret_access_key=self.secret_access_key,
        )

    def user(self, *actions: str) -> tuple[str, str]:
        """Access key and secret of a new account that may do these actions and no others."""
        iam = self.client("iam")
        name = f"user-{len(iam.list_users()['Users'])}"
        iam.create_user(UserName=name)
        statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
        document = {"Version": "2012-10-17", "Statement": [statement]}
        if actions:
            iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=json.dumps(document))
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return key["AccessKeyId"], key["SecretAccessKey"]

    @contextmanager
    def insisting(self) -> Iterator[None]:
        """Keys, signatures and policies count for as long as the block runs."""
        address = f"{self.endpoint}/moto-api/reset-auth"
        httpx.post(address, content="0").raise_for_status()
        try:
            yield
        finally:
            httpx.post(address, content="inf").raise_for_status()


def storing(server: S3Server) -> dict[str, Any]:
    """Settings by which objects lie in the bucket, under a prefix of their own."""
    return {
        "storage_url": f"s3://{BUCKET}/{uuid4().hex}",
        "s3_endpoint": server.endpoint,
        "s3_region": REGION,
        "s3_access_key_id": server.access_key_id,
        "s3_secret_access_key": SecretStr(server.secret_access_key),
    }


@contextmanager
def moto() -> Iterator[S3Server]:
    """A server of this process, with an empty bucket. All of a process share moto's state."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    running = S3Server(f"http://{host}:{port}")
    httpx.post(f"{running.endpoint}/moto-api/reset").raise_for_status()
    httpx.put(f"{running.endpoint}/{BUCKET}").raise_for_status()
    yield running
    server.stop()
