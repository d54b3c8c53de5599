from ingestion.parsing.media import FORMATS
from retrieval.search.kinds import KINDS, kind_of


def test_every_format_that_is_read_is_of_a_kind_and_every_kind_has_one() -> None:
    assert {kind_of(known.media_type) for known in FORMATS} == set(KINDS)
