"""A bucket on moto's S3 server, which the suite fills, breaks and stops."""

from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path

import boto3
from moto.server import ThreadedMotoServer

from ingestion.sources.bucket import Bucket, bucket_place
from ingestion.sources.credentials import Credentials
from ingestion.sources.port import Source
from tests.ingestion.sources.front import Front
from tests.ingestion.sources.reader import PASSWORD, USER, a_fetcher


class Moto:
    """moto's S3, with accounts and rights as at Amazon: it checks every signature."""

    def __init__(self) -> None:
        self.server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        self.server.start()
        self.address = self.server.get_host_and_port()
        self.place = {
            "endpoint_url": "http://{}:{}".format(*self.address),
            "region_name": "us-east-1",
        }
        self.credentials = self._an_account()
        self._check_signatures()
        self.s3 = boto3.client(
            "s3",
            **self.place,
            aws_access_key_id=self.credentials.username,
            aws_secret_access_key=self.credentials.password,
        )
        self.buckets = 0

    def a_bucket(self) -> str:
        self.buckets += 1
        name = f"papers-{self.buckets}"
        self.s3.create_bucket(Bucket=name)
        return name

    def stop(self) -> None:
        self.s3.close()
        self.server.stop()

    def _an_account(self) -> Credentials:
        iam = boto3.client("iam", **self.place, aws_access_key_id="a", aws_secret_access_key="b")
        iam.create_user(UserName=USER)
        everything = (
            '{"Version":"2012-10-17","Statement":'
            '[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}'
        )
        iam.put_user_policy(UserName=USER, PolicyName="all", PolicyDocument=everything)
        made = iam.create_access_key(UserName=USER)["AccessKey"]
        iam.close()
        return Credentials(made["AccessKeyId"], made["SecretAccessKey"])

    def _check_signatures(self) -> None:
        control = HTTPConnection(*self.address)
        control.request("POST", "/moto-api/reset-auth", b"0")
        control.getresponse().read()
        control.close()


class BucketStage:
    """A bucket behind a front, listed two keys at a time."""

    furniture: tuple[str, ...] = ()

    def __init__(self, folder: Path, moto: Moto) -> None:
        self.moto = moto
        self.front = Front(moto.address)
        self.bucket = moto.a_bucket()
        # The prefix of another folder begins with ours; a marker of a folder is no document.
        moto.s3.put_object(Bucket=self.bucket, Key="shelf2/other.pdf", Body=b"other")
        moto.s3.put_object(Bucket=self.bucket, Key="shelf/", Body=b"")

    def put(self, name: str, content: bytes) -> None:
        self.moto.s3.put_object(Bucket=self.bucket, Key=f"shelf/{name}", Body=content)

    def delete(self, name: str) -> None:
        self.moto.s3.delete_object(Bucket=self.bucket, Key=f"shelf/{name}")

    def source(self, password: str = PASSWORD) -> Source:
        known = self.moto.credentials
        secret = known.password if password == PASSWORD else password
        place = bucket_place(f"s3://{self.bucket}/shelf", self.front.url, None)
        credentials = Credentials(known.username, secret)
        return Bucket(place, credentials, a_fetcher(), lambda: datetime.now(UTC), page=2)

    def key(self, name: str) -> str:
        return name

    def break_half_way(self) -> None:
        self.front.fails = lambda n, method, path: "continuation-token" in path

    def stop(self) -> None:
        self.front.stop()

    def close(self) -> None:
        self.front.stop()
