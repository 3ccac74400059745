"""The people of this office as its own pages name them, and who can be given a case. Elsewhere they are pseudonyms."""

from collections.abc import Iterable
from typing import Any

from tongban.kernel.refusals import Missing
from tongban.people import queries as people


def list_examiners(request: Any) -> list[str]:
    """Staff refs."""
    staff = people.list_staff(node=request.node, region=request.staff.region)
    return [person.ref for person in staff if "examiner" in person.roles]


def require_examiner(request: Any, ref: str) -> str:
    """Refuses `Missing` for everybody else."""
    if ref not in list_examiners(request):
        raise Missing
    return ref


def examiner_names(request: Any) -> list[tuple[str, str]]:
    staff = people.list_staff(node=request.node, region=request.staff.region)
    return [(person.ref, person.display_name) for person in staff if "examiner" in person.roles]


def names_of(request: Any, refs: Iterable[str]) -> dict[str, str]:
    """Also of those who have left; refs of another place's people stay unnamed."""
    found = {ref: people.find_staff_name(node=request.node, ref=ref) for ref in set(refs) if ref}
    return {ref: name for ref, name in found.items() if name}
