"""`colophon user …`: arguments and help. What they do is in `people.py`."""

from typing import Annotated, Literal

import typer

from app.cli import people
from app.cli.options import Json
from app.cli.terminal import errors_told
from app.settings import load_settings

app = typer.Typer(help="Accounts: add, list, password, disable, enable.", no_args_is_help=True)


@app.command("add")
def add(
    username: str,
    name: Annotated[str, typer.Option(help="As others see it.")] = "",
    role: Literal["admin", "employee"] = "employee",
) -> None:
    """Make an account and print its password once."""
    with errors_told():
        people.add(load_settings(), username, name, role)


@app.command("list")
def show(as_json: Json = False) -> None:
    """List the accounts."""
    with errors_told():
        people.show(load_settings(), as_json=as_json)


@app.command("password")
def password(username: str) -> None:
    """Give an account a new random password and end its sessions."""
    with errors_told():
        people.new_password_for(load_settings(), username)


@app.command("disable")
def disable(username: str) -> None:
    """Refuse the account at its next request."""
    with errors_told():
        people.set_disabled(load_settings(), username, disabled=True)


@app.command("enable")
def enable(username: str) -> None:
    """Let a disabled account in again."""
    with errors_told():
        people.set_disabled(load_settings(), username, disabled=False)
