"""`python -m engine`: the model server, alone."""

import logging
import sys
import time
from collections.abc import Callable

import uvicorn

from engine.keys import Accounts, read_keys
from engine.loading import model_openers, registry_for, start_loading
from engine.options import parse_options
from engine.parent import follow
from engine.server.application import build_application

_GRACE = 5  # seconds that running answers get when the server is told to stop
# How long a thread that embeds passages may keep the interpreter from one that answers a question.
_SWITCH_SECONDS = 0.0001


def main() -> None:
    options = parse_options(sys.argv[1:])
    logging.basicConfig(level=logging.INFO, format="%(levelname)s: %(message)s")
    sys.setswitchinterval(_SWITCH_SECONDS)
    if options.exit_with is not None:
        follow(options.exit_with)
    models = registry_for(options)
    application = build_application(
        models,
        Accounts(read_keys(keys), time.monotonic) if (keys := options.api_key_file) else None,
        start=lambda: start_loading(models, lambda: model_openers(options)),
        log=request_log(),
    )
    uvicorn.run(
        application,
        host=options.host,
        port=options.port,
        access_log=False,
        timeout_graceful_shutdown=_GRACE,
    )


def request_log() -> Callable[[str], None]:
    """Lines without anything before them: whoever reads the log finds JSON."""
    log = logging.getLogger("engine.requests")
    log.propagate = False
    log.addHandler(logging.StreamHandler())
    return log.info


if __name__ == "__main__":
    main()
