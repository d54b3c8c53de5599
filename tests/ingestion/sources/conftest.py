"""Stages of every kind of source."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ingestion.sources.website import Website, WebsitePlace
from tests.ingestion.sources.bucket_stage import BucketStage, Moto
from tests.ingestion.sources.local_site import LocalSite
from tests.ingestion.sources.reader import a_fetcher
from tests.ingestion.sources.stages import KINDS

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


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def follow(site: LocalSite, tmp_path: Path, pauses: list[float]):
    def opened(path: str = "/", max_pages: int = 100) -> Website:
        place = WebsitePlace(site.url + path, max_pages, delay=0.25)
        return Website(place, None, a_fetcher(), pauses.append, tmp_path / "cache")

    return opened


def _staged(request: pytest.FixtureRequest, folder: Path) -> Iterator:
    if request.param == "bucket":
        stage = BucketStage(folder, request.getfixturevalue("moto"))
    else:
        stage = KINDS[request.param](folder)
    with closing(stage):
        yield stage
