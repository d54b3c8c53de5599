"""`python -m engine`: the model server, alone."""

import logging
import sys
from pathlib import Path

import uvicorn

from engine.errors import EngineError
from engine.loading import model_openers, registry_for, start_loading
from engine.options import parse_options
from engine.parent import follow
from engine.server.application import build_application

_GRACE = 5  # seconds that running answers get when the server is told to stop
# How long a thread that embeds passages may keep the interpreter from one that answers a question.
_SWITCH_SECONDS = 0.0005


def main() -> None:
    options = parse_options(sys.argv[1:])
    logging.basicConfig(level=logging.INFO, format="%(levelname)s: %(message)s")
    sys.setswitchinterval(_SWITCH_SECONDS)
    if options.exit_with is not None:
        follow(options.exit_with)
    models = registry_for(options)
    application = build_application(
        models,
        _api_key(options.api_key_file),
        start=lambda: start_loading(models, lambda: model_openers(options)),
    )
    uvicorn.run(
        application,
        host=options.host,
        port=options.port,
        access_log=False,
        timeout_graceful_shutdown=_GRACE,
    )


def _api_key(path: Path | None) -> str | None:
    """Raises: EngineError when the file holds no key: an open door must be asked for."""
    if path is None:
        return None
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines or not lines[0].strip():
        raise EngineError(f"{path} holds no API key in its first line.")
    return lines[0].strip()


if __name__ == "__main__":
    main()
