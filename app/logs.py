"""One line per event on standard error, ours and the libraries' alike. Entry points call this."""

import logging
import sys
from typing import Final, Literal, TextIO

import structlog
from structlog.typing import Processor

# At "info" these write a line per request or step, next to ours that says the same.
QUIET: Final = ("httpx", "httpx2", "httpcore", "openai", "uvicorn.access", "alembic", "chromadb")


def configure_logging(
    level: str, form: Literal["json", "console"], stream: TextIO = sys.stderr
) -> None:
    """`level` as in the settings. Replaces whatever was configured before."""
    # NOTE: tracebacks are rendered without local variables, which hold questions and passwords.
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_renderers(form),
            ],
        )
    )
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.root.level))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )


def _renderers(form: Literal["json", "console"]) -> list[Processor]:
    if form == "console":
        plain = structlog.dev.plain_traceback
        return [structlog.dev.ConsoleRenderer(exception_formatter=plain)]
    # Chinese file names stay readable.
    json = structlog.processors.JSONRenderer(ensure_ascii=False)
    return [structlog.processors.format_exc_info, json]
