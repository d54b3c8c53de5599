from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, insert

from app.answers.narrowing import narrowed
from app.people.accounts import AccountChange
from app.people.groups import EVERYONE
from app.people.user import User
from app.platform import Platform
from app.tables import readers
from retrieval.errors import NotFound
from retrieval.tables import knowledge_bases
from retrieval.types import KnowledgeBaseId, Scope

MADE = datetime(2026, 1, 1, tzinfo=UTC)


def add_knowledge_base(platform: Platform, name: str, group_ids: Sequence[str]) -> None:
    with platform.database.write() as connection:
        connection.execute(insert(knowledge_bases).values(id=name, name=name, created_at=MADE))
        for group_id in group_ids:
            row = {"knowledge_base_id": name, "group_id": group_id}
            connection.execute(insert(readers).values(**row))


def scope(*ids: str) -> Scope:
    return Scope(frozenset(KnowledgeBaseId(one) for one in ids))


@pytest.fixture
def library(platform: Platform, admin: User, employee: User) -> dict[str, str]:
    """ "handbook" for everyone, "salaries" for the group hr, "board" for nobody."""
    group_id = platform.groups.create("hr", admin).id
    add_knowledge_base(platform, "handbook", [EVERYONE])
    add_knowledge_base(platform, "salaries", [group_id])
    add_knowledge_base(platform, "board", [])
    return {"hr": group_id}


def test_an_employee_reads_what_a_group_of_theirs_may(
    platform: Platform, library: dict[str, str], employee: User
) -> None:
    assert platform.access.scope_of(employee) == scope("handbook")
    join = AccountChange(group_ids=(library["hr"],))
    platform.accounts.change(employee.id, join, None)
    assert platform.access.scope_of(employee) == scope("handbook", "salaries")


def test_administrators_read_all(platform: Platform, library: dict[str, str], admin: User) -> None:
    assert platform.access.scope_of(admin) == scope("handbook", "salaries", "board")


def test_a_right_that_is_taken_away_is_gone_at_the_next_question(
    platform: Platform, library: dict[str, str], employee: User, admin: User
) -> None:
    platform.accounts.change(employee.id, AccountChange(group_ids=(library["hr"],)), None)
    with platform.database.write() as connection:
        connection.execute(delete(readers).where(readers.c.group_id == EVERYONE))
    assert platform.access.scope_of(employee) == scope("salaries")
    platform.groups.delete(library["hr"], admin)
    assert platform.access.scope_of(employee) == scope()


def test_a_demoted_administrator_reads_as_an_employee(
    platform: Platform, library: dict[str, str], admin: User
) -> None:
    assert platform.access.scope_of(replace(admin, role="employee")) == scope("handbook")


def test_unreadable_and_unknown_knowledge_bases_look_the_same(
    platform: Platform, library: dict[str, str], employee: User
) -> None:
    refusals = []
    for wanted in (["salaries"], ["no such"], ["handbook", "salaries"], ["' OR 1=1 --"]):
        with pytest.raises(NotFound) as refusal:
            narrowed(platform.access.scope_of(employee), wanted)
        refusals.append(str(refusal.value))
    assert len(set(refusals)) == 1


def test_the_required_scope_is_exactly_what_was_asked_for(
    platform: Platform, library: dict[str, str], admin: User
) -> None:
    found = narrowed(platform.access.scope_of(admin), ["board", "board", "handbook"])
    assert found == scope("board", "handbook")


def test_nobody_else_is_in_a_group_by_its_name(
    platform: Platform, library: dict[str, str], make_user: Callable[..., User]
) -> None:
    assert platform.access.scope_of(make_user("hr")) == scope("handbook")
