"""The menu of a desk shows the pages that somebody may open, and no other."""

import pytest

from tongban.people.services import ROLES
from tongban.web.desk_menu import MENU, Entry, Group, menu_for


def shown(*roles: str) -> list[str]:
    parts = menu_for(frozenset(roles))
    return [entry.route for part in parts for entry in (part.entries if isinstance(part, Group) else (part,))]


def test_who_has_every_role_finds_every_page_once() -> None:
    everything = shown(*ROLES)
    assert len(everything) == len(set(everything)) > 20


@pytest.mark.parametrize(
    ("role", "page", "closed"),
    [
        ("catalogue_editor", "staff:topics", "staff:worklist"),
        ("exit", "staff:blanks", "staff:seals"),
        ("reception", "staff:seal-orders", "staff:seals"),
        ("operator", "staff:node", "staff:worklist"),
        ("helper", "citizen:helping", "staff:enquiries"),
    ],
)
def test_it_follows_the_doors(role: str, page: str, closed: str) -> None:
    assert page in shown(role)
    assert closed not in shown(role)


def test_a_group_of_one_is_its_entry() -> None:
    assert all(
        len(part.entries) > 1 for role in ROLES for part in menu_for(frozenset({role})) if isinstance(part, Group)
    )
    assert any(isinstance(part, Entry) and part.route == "staff:licences" for part in menu_for(frozenset({"examiner"})))


def test_nobody_without_a_role_sees_anything() -> None:
    assert MENU and menu_for(frozenset()) == ()
