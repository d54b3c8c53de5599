import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from app.logs import configure_logging


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield
    root.handlers[:], level = before
    root.setLevel(level)
    structlog.reset_defaults()


def test_our_lines_and_those_of_libraries_are_json_of_one_shape() -> None:
    stream = io.StringIO()
    configure_logging("info", "json", stream)
    structlog.contextvars.bind_contextvars(request_id="r1")
    structlog.get_logger("ours").info("document.stored", filename="报销.pdf")
    logging.getLogger("theirs").warning("disk %s", "full")
    structlog.contextvars.clear_contextvars()
    ours, theirs = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert ours["event"] == "document.stored"
    assert ours["filename"] == "报销.pdf"
    assert "报销" in stream.getvalue()
    assert theirs["event"] == "disk full"
    assert (ours["level"], theirs["level"]) == ("info", "warning")
    assert (ours["logger"], theirs["logger"]) == ("ours", "theirs")
    assert ours["request_id"] == theirs["request_id"] == "r1"
    assert ours["timestamp"].endswith("Z")


def test_the_level_holds_for_both() -> None:
    stream = io.StringIO()
    configure_logging("warning", "json", stream)
    structlog.get_logger().info("quiet")
    logging.getLogger("theirs").info("quiet")
    assert stream.getvalue() == ""


def test_chatty_libraries_speak_up_only_when_something_is_wrong() -> None:
    stream = io.StringIO()
    configure_logging("debug", "json", stream)
    for name in ("httpx", "httpx2"):  # the second is what `openai` asks with
        logging.getLogger(name).info("GET http://engine/v1/models?key=secret")
    assert stream.getvalue() == ""


@pytest.mark.parametrize("form", ["json", "console"])
def test_a_traceback_shows_no_local_variables(form: str) -> None:
    stream = io.StringIO()
    configure_logging("info", form, stream)
    question = "what does my colleague earn"

    def fail(words: str) -> float:
        return len(words) / 0

    try:
        fail(question)
    except ZeroDivisionError as error:
        structlog.get_logger().error("request.failed", exc_info=error)
    assert "ZeroDivisionError" in stream.getvalue()
    assert "in fail" in stream.getvalue()
    assert question not in stream.getvalue()
