"""`python -m app.openapi [FILE]` writes the schema that the web's types are generated from."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from app.main import routed_app


def schema() -> str:
    """The same bytes for the same routes, so that a check can compare them."""
    return json.dumps(routed_app().openapi(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def main(arguments: Sequence[str]) -> None:
    if arguments:
        Path(arguments[0]).write_text(schema(), encoding="utf-8")
    else:
        sys.stdout.write(schema())


if __name__ == "__main__":
    main(sys.argv[1:])
