"""Stages of every kind of source."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.ingestion.sources.local_site import LocalSite
from tests.ingestion.sources.stages import KINDS, BucketStage, Moto

SIGNED = ["bucket", *(kind for kind in KINDS if kind != "folder")]


@pytest.fixture(scope="session")
def moto() -> Iterator[Moto]:
    server = Moto()
    yield server
    server.stop()


@pytest.fixture(params=["folder", *SIGNED])
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator:
    yield from _staged(request, tmp_path)


@pytest.fixture(params=SIGNED)
def signed_stage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator:
    yield from _staged(request, tmp_path)


@pytest.fixture
def site() -> Iterator[LocalSite]:
    site = LocalSite()
    yield site
    site.stop()


def _staged(request: pytest.FixtureRequest, folder: Path) -> Iterator:
    if request.param == "bucket":
        stage = BucketStage(folder, request.getfixturevalue("moto"))
    else:
        stage = KINDS[request.param](folder)
    with closing(stage):
        yield stage
