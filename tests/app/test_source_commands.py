"""`colophon sync` and `colophon source` against a server that runs, with a model that is quick."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from structlog.testing import capture_logs

from app.cli import sources
from app.server_file import publish
from app.serving import listen_anywhere, served_aside
from app.settings import Settings
from app.wiring import open_platform
from retrieval.errors import Invalid
from tests.app.ingesting import fake_models

RULES = 5


@pytest.fixture
def quiet() -> Iterator[None]:
    """The server's log goes elsewhere than to the output of the commands."""
    with capture_logs():
        yield


@pytest.fixture
def settings(tmp_path: Path, quiet: None) -> Iterator[Settings]:
    """Of a house that serves."""
    settings = Settings(data_dir=tmp_path / "data")
    with (
        open_platform(settings, models=fake_models()) as house,
        served_aside(house, listen_anywhere()) as address,
    ):
        house.platform.accounts.create_first_admin()
        publish(settings.data_dir, address)
        yield settings


@pytest.fixture
def share(tmp_path: Path) -> Path:
    share = tmp_path / "share"
    share.mkdir()
    for number in range(RULES):
        (share / f"{number}.txt").write_text(f"Rule {number}: bring tool {number}.")
    return share


def _reports(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    reports: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return reports


@pytest.mark.timeout(180)
def test_a_folder_is_tried_followed_held_and_confirmed(
    settings: Settings, share: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sources.sync(settings, share, "Rules", sources.Wish(dry_run=True), as_json=True)
    [tried] = _reports(capsys)
    assert (tried["dry_run"], tried["added"], tried["working"]) == (True, RULES, 0)

    sources.sync(settings, share, "Rules", sources.Wish(), as_json=True)
    [first] = _reports(capsys)
    assert (first["added"], first["working"], first["failed"]) == (RULES, 0, 0)
    assert first["seconds"] > 0

    (share / "0.txt").unlink()
    (share / "1.txt").unlink()
    with pytest.raises(typer.Exit) as ended:
        sources.sync(settings, None, None, sources.Wish(), as_json=False)
    assert ended.value.exit_code == 1
    told = capsys.readouterr()
    assert "2 held" in told.out
    assert "--remove-anyway" in told.err

    sources.run(settings, str(share), sources.Wish(remove_anyway=True), as_json=True)
    [confirmed] = _reports(capsys)
    assert (confirmed["removed"], confirmed["state"]) == (2, "done")

    sources.report(settings, confirmed["source_id"], as_json=False)
    page = capsys.readouterr().out
    assert page.startswith(f"Run of {share}\n")
    assert "removed          2" in page
    assert "  removed  0.txt" in page


@pytest.mark.timeout(120)
def test_a_source_is_added_with_all_that_may_be_said_of_it(
    settings: Settings, share: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    added = sources.Added(
        "folder",
        str(share),
        "Rules",
        include=("*.txt",),
        exclude=("4.txt",),
        cron="*/15 * * * *",
        readers=("everyone",),
    )
    sources.add(settings, added, as_json=True)
    made = json.loads(capsys.readouterr().out)
    assert (made["include"], made["exclude"], made["cron"]) == (
        ["*.txt"],
        ["4.txt"],
        "*/15 * * * *",
    )
    assert [group["name"] for group in made["readers"]] == ["Everyone"]
    sources.show(settings, as_json=False)
    assert f"{made['id']}  folder   {share}" in capsys.readouterr().out

    with pytest.raises(Invalid, match="no group called"):
        sources.add(
            settings, sources.Added("folder", "/", "Rules", readers=("Nobody",)), as_json=True
        )
    with pytest.raises(Invalid, match="no source called"):
        sources.run(settings, "/elsewhere", sources.Wish(), as_json=True)
