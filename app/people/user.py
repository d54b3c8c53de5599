"""Who is asking: the frozen value that every route receives."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row

Role = Literal["admin", "employee"]


@dataclass(frozen=True, slots=True)
class User:
    id: str
    username: str  # lower case
    display_name: str
    role: Role
    disabled: bool
    created_at: datetime

    @property
    def is_admin(self) -> bool:
        return self.role == "admin"


def user_from_row(row: Row[Any]) -> User:
    """From a row of `users`, alone or joined."""
    return User(
        id=row.id,
        username=row.username,
        display_name=row.display_name,
        role=row.role,
        disabled=row.disabled,
        created_at=row.created_at,
    )
