"""Accounts of the offices. The second factor is shown once, here, and never again."""

import getpass
from argparse import Namespace
from datetime import UTC, datetime

from tongban.kernel import registries
from tongban.kernel.actors import system
from tongban.kernel.scope import scope
from tongban.people import staff


def add(args: Namespace) -> None:
    with scope([args.region]):
        enrolment = staff.register_staff(
            node=registries.current_node(),
            region=args.region,
            office=args.office,
            username=args.username,
            password=_password(args),
            roles=frozenset(args.roles),
            display_name=args.name,
            by=system(args.region),
            at=datetime.now(UTC),
        )
    print(f"{enrolment.ref}\n{enrolment.totp_uri}")


def _password(args: Namespace) -> str:
    if args.password_file:
        lines: list[str] = args.password_file.read_text().splitlines()
        return lines[0] if lines else ""
    return getpass.getpass("password: ")
