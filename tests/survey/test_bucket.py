"""Wheels that are not on this machine: a server of the same protocol as S3, on loopback."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from glibcheck.survey.rows import Row
from glibcheck.survey.wheels import find_wheels, survey_wheel
from tests.cli.run import run
from tests.tools import need_module

pytestmark = pytest.mark.survey


def test_wheels_of_a_bucket_are_read_where_they_are(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server of the same protocol as S3, on loopback."""
    server = need_module("moto.server").ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    need_module("s3fs")
    server.start()
    try:
        host, port = server.get_host_and_port()
        around = {"AWS_ENDPOINT_URL": f"http://{host}:{port}", "AWS_ACCESS_KEY_ID": "it", "AWS_SECRET_ACCESS_KEY": "it",
                  "AWS_DEFAULT_REGION": "us-east-1"}  # fmt: skip
        for name, value in around.items():
            monkeypatch.setenv(name, value)
        client = need_module("boto3").client("s3")
        client.create_bucket(Bucket="wheels")
        local = [*find_wheels([str(house / "house")])][:5]
        for path in local:
            client.upload_file(path, "wheels", f"cp311/{os.path.basename(path)}")
        client.put_object(Bucket="wheels", Key="cp311/bad-1-py3-none-any.whl", Body=b"no zip")
        done = run(house, "survey", "s3://wheels/cp311", "-o", "s3.jsonl", "--jobs", "1", **around)
        assert done.stdout == "6 wheels in s3.jsonl, 1 of them not in full\n", done.stderr
        rows = [json.loads(line) for line in (house / "s3.jsonl").read_text().splitlines()]
        assert {row["wheel"] for row in rows} > {f"s3://wheels/cp311/{os.path.basename(path)}" for path in local}
        expected = [row._replace(wheel="") for path in local for row in survey_wheel(path)]
        got = [Row(**{**row, "wheel": "", "release": tuple(row["release"])}) for row in rows if not row["problem"]]
        assert sorted(got) == sorted(expected)
        absent = run(house, "survey", "s3://wheels/none", "-o", "none.jsonl", **around)
        assert (absent.returncode, absent.stderr) == (2, "glibcheck: s3://wheels/none: is not there, or is empty\n")
    finally:
        server.stop()
