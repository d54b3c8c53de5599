"""`colophon user`: accounts, straight in the database, also while the server runs."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer
from argon2 import PasswordHasher

from app.cli.terminal import NOT_THERE, complaints, console, print_json
from app.clock import utc_now
from app.data_folder import make_data_folder
from app.migrations import upgrade
from app.people.accounts import AccountChange, Accounts, NewAccount
from app.people.audit import Audit
from app.people.directory import Directory
from app.people.groups import Groups
from app.people.passwords import Passwords
from app.people.user import Role
from app.settings import Settings
from app.tokens import new_password
from retrieval.store.database import Database


def add(settings: Settings, username: str, display_name: str, role: Role) -> None:
    """Prints the new password once."""
    password = new_password()
    with _database(settings) as database:
        account = NewAccount(username, display_name or username, password, role)
        user = _accounts(database).create(account, None)
    console.print(f"{user.username} may sign in with this password, shown only now:", markup=False)
    console.print(password, highlight=False, markup=False)


def new_password_for(settings: Settings, username: str) -> None:
    """Also ends the sessions of the account."""
    password = new_password()
    with _database(settings) as database:
        user_id = _id_of(database, username)
        _accounts(database).change(user_id, AccountChange(password=password), None)
    console.print(f"The new password of {username}, shown only now:", markup=False)
    console.print(password, highlight=False, markup=False)


def set_disabled(settings: Settings, username: str, *, disabled: bool) -> None:
    with _database(settings) as database:
        user_id = _id_of(database, username)
        _accounts(database).change(user_id, AccountChange(disabled=disabled), None)
    console.print(f"{username} is {'disabled' if disabled else 'enabled'}.", markup=False)


def show(settings: Settings, *, as_json: bool) -> None:
    with _database(settings) as database:
        listed = [listing.user for listing in Directory(database, utc_now).users()]
    if as_json:
        print_json(
            [
                {
                    "username": u.username,
                    "name": u.display_name,
                    "role": u.role,
                    "disabled": u.disabled,
                }
                for u in listed
            ]
        )
        return
    for user in listed:
        state = " (disabled)" if user.disabled else ""
        console.print(f"{user.username}  {user.role}  {user.display_name}{state}", markup=False)


@contextmanager
def _database(settings: Settings) -> Iterator[Database]:
    make_data_folder(settings.data_dir)
    database = Database.open(settings.database_url)
    try:
        upgrade(database)
        Groups(database, Audit(database, utc_now), utc_now).ensure_everyone()
        yield database
    finally:
        database.close()


def _accounts(database: Database) -> Accounts:
    passwords = Passwords.create(PasswordHasher())
    return Accounts(database, passwords, Audit(database, utc_now), utc_now)


def _id_of(database: Database, username: str) -> str:
    for listing in Directory(database, utc_now).users():
        if listing.user.username == username.lower():
            return listing.user.id
    complaints.print(f"There is no user {username}.", markup=False)
    raise typer.Exit(NOT_THERE)
