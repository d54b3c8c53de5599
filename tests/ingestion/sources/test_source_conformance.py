"""What holds for every kind of source, each against a real server."""

from io import BytesIO

import pytest

from ingestion.sources.port import Entry
from retrieval.errors import NotFound, TooLarge, Unavailable
from tests.ingestion.sources.reader import PASSWORD

BRIEF = b"%PDF-1.7 one"


def _listed(stage) -> dict[str, Entry]:
    source = stage.source()
    entries = list(source.entries())
    source.close()
    assert len({entry.key for entry in entries}) == len(entries)
    return {entry.key: entry for entry in entries if entry.key not in stage.furniture}


def _fetched(stage, entry: Entry, max_bytes: int = 1000) -> bytes:
    source = stage.source()
    target = BytesIO()
    try:
        source.fetch(entry, target, max_bytes)
    finally:
        source.close()
    return target.getvalue()


def test_a_listing_names_all_documents_and_their_bytes_can_be_fetched(stage) -> None:
    names = ("travel.pdf", "below/leave.pdf", "below/deeper/still/rules.pdf", "other/list.pdf")
    for name in names:
        stage.put(name, b"%PDF-1.7 " + name.encode())
    entries = _listed(stage)
    assert set(entries) == {stage.key(name) for name in names}
    for name in names:
        entry = entries[stage.key(name)]
        assert entry.filename == name.rpartition("/")[2]
        assert entry.size in {None, 9 + len(name)}
        assert _fetched(stage, entry) == b"%PDF-1.7 " + name.encode()


def test_one_source_can_be_listed_and_fetched_from_again_and_again(stage) -> None:
    stage.put("travel.pdf", BRIEF)
    source = stage.source()
    for _ in range(2):
        entries = {entry.key: entry for entry in source.entries()}
        target = BytesIO()
        source.fetch(entries[stage.key("travel.pdf")], target, 1000)
        assert target.getvalue() == BRIEF
    source.close()


def test_a_mark_changes_when_the_content_does_and_only_then(stage) -> None:
    stage.put("travel.pdf", BRIEF)
    stage.put("leave.pdf", BRIEF)
    before, again = _listed(stage), _listed(stage)
    assert before == again
    stage.put("travel.pdf", b"%PDF-1.7 two")
    after = _listed(stage)
    assert set(after) == set(before)
    travel, leave = stage.key("travel.pdf"), stage.key("leave.pdf")
    assert None not in {before[travel].etag, after[travel].etag}
    assert after[travel].etag != before[travel].etag
    assert after[leave].etag == before[leave].etag


def test_a_document_that_vanished_is_not_listed_and_not_found(stage) -> None:
    stage.put("travel.pdf", BRIEF)
    stage.put("leave.pdf", BRIEF)
    gone = _listed(stage)[stage.key("travel.pdf")]
    stage.delete("travel.pdf")
    assert set(_listed(stage)) == {stage.key("leave.pdf")}
    with pytest.raises(NotFound):
        _fetched(stage, gone)


def test_names_of_all_sorts_survive(stage) -> None:
    names = (
        "Übersicht der Reisekosten.pdf",
        "员工 手册/请假 规定.pdf",
        "100% sure & more + all = 'it'.pdf",
        "a #1? [draft] (2).pdf",
        "%41.pdf",
        "nai\u0308ve~1.pdf",
    )
    for name in names:
        stage.put(name, BRIEF + name.encode())
    entries = _listed(stage)
    assert set(entries) == {stage.key(name) for name in names}
    for name in names:
        entry = entries[stage.key(name)]
        assert entry.filename == name.rpartition("/")[2]
        assert _fetched(stage, entry) == BRIEF + name.encode()


def test_what_is_hidden_is_left_out(stage) -> None:
    if stage.furniture:
        return  # a site shows what it links to
    for name in ("seen.pdf", ".hidden.pdf", ".git2/config.pdf", "~$seen.pdf"):
        stage.put(name, BRIEF)
    assert set(_listed(stage)) == {"seen.pdf"}


def test_an_empty_source_is_an_empty_listing(stage) -> None:
    assert _listed(stage) == {}


def test_half_a_listing_is_none(stage) -> None:
    """It would look like a deletion of the rest."""
    for name in ("a.pdf", "b.pdf", "below/c.pdf", "below/d.pdf", "z.pdf"):
        stage.put(name, BRIEF)
    source = stage.source()
    entries = iter(source.entries())
    if not stage.furniture and not hasattr(stage, "repository"):
        assert next(entries).filename == "a.pdf" or next(entries)
    stage.break_half_way()
    with pytest.raises(Unavailable):
        list(entries)
    source.close()


def test_a_document_over_the_limit_is_too_large(stage) -> None:
    stage.put("travel.pdf", b"%PDF-1.7 " + b"x" * 991)
    entry = _listed(stage)[stage.key("travel.pdf")]
    assert len(_fetched(stage, entry, max_bytes=1000)) == 1000
    with pytest.raises(TooLarge):
        _fetched(stage, entry, max_bytes=999)


def test_a_source_that_is_not_there_is_unavailable(stage) -> None:
    stage.put("travel.pdf", BRIEF)
    entry = _listed(stage)[stage.key("travel.pdf")]
    stage.stop()
    with pytest.raises(Unavailable):
        _listed(stage)
    with pytest.raises((Unavailable, NotFound)):
        _fetched(stage, entry)


def test_wrong_credentials_are_named_but_never_shown(signed_stage) -> None:
    signed_stage.put("travel.pdf", BRIEF)
    assert _listed(signed_stage)
    source = signed_stage.source("a-wrong-password")
    with pytest.raises(Unavailable, match=r"(?i)please check .*(password|key|token)") as told:
        list(source.entries())
    source.close()
    assert "a-wrong-password" not in str(told.value)
    assert PASSWORD not in str(told.value)
    assert "a-wrong-password" not in repr(source)
