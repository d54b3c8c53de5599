"""`colophon doctor`."""

from typing import Annotated

import typer

from app.care.finding import Finding
from app.cli import past
from app.cli.connection import connected, said
from app.cli.options import Json
from app.cli.terminal import FAILED, errors_told, print_finding, print_json
from app.settings import Settings, load_settings


def doctor(
    repair: Annotated[bool, typer.Option("--repair", help="Mend what can be mended.")] = False,
    deep: Annotated[bool, typer.Option("--deep", help="Read every original.")] = False,
    gone: Annotated[
        str | None, typer.Option("--gone", help="Prove that this sentence is nowhere any more.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Compare what should be with what is. Exit code 1: something is wrong, or still there."""
    with errors_told():
        if gone is not None:
            past.prove_gone(load_settings(), gone, as_json=as_json)
        else:
            examine(load_settings(), repair=repair, deep=deep, as_json=as_json)


def examine(settings: Settings, *, repair: bool, deep: bool, as_json: bool) -> None:
    """Prints what is wrong and the command that mends it. Exit code 1: something is wrong."""
    with connected(settings) as client:
        if repair:
            findings = said(client.post("/admin/doctor/repair", timeout=None))
        else:
            findings = said(client.get("/admin/doctor", params={"deep": deep}, timeout=None))
    if as_json:
        print_json(findings)
    else:
        for finding in findings:
            print_finding(Finding(**finding))
    if not all(finding["ok"] for finding in findings):
        raise typer.Exit(FAILED)
