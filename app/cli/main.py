"""The root of the commands. It lists them all, and imports only the one that is asked for.

docs/decisions/0015 says why: a command that speaks to a running server must not first load one.
"""

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_group

from app.cli.listing import COMMANDS


class Commands(TyperGroup):
    """Known by name and line of help, until one is called."""

    def resolve_command(
        self,
        ctx: Any,  # noqa: ANN401  (typer keeps the type to itself)
        args: list[str],
    ) -> tuple[str | None, Any, list[str]]:
        name, found, rest = super().resolve_command(ctx, args)
        if name is None:
            return name, found, rest
        return loaded(name).resolve_command(ctx, args)


def loaded(name: str) -> TyperGroup:
    """Holds nothing but the command, with all its arguments. Imports its module."""
    listed = COMMANDS[name]
    found = getattr(import_module(listed.module), listed.what)
    holder = typer.Typer(add_completion=False)
    if isinstance(found, typer.Typer):
        holder.add_typer(found, name=name)
    else:
        holder.command(name)(found)
    return get_group(holder)


def _root() -> typer.Typer:
    root = typer.Typer(
        name="colophon",
        cls=Commands,
        help="The knowledge base that companies run themselves.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    for name, listed in COMMANDS.items():
        root.command(name, help=listed.help)(_listed)
    return root


def _listed() -> None:
    """Stands in the list for a command that is not loaded; it is never called."""


app = _root()


def main() -> None:
    app()
