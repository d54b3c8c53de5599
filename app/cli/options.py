"""Options that mean the same with every command."""

from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="One JSON value on standard output.")]
