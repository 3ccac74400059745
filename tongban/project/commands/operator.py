"""Whoever operates from the command line signs in like at a desk: user name, password, second factor. Each use names them."""

import getpass
import json
from argparse import Namespace
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from tongban.exchange import queries as exchange
from tongban.kernel import registries
from tongban.kernel.actors import Actor
from tongban.kernel.clock import now
from tongban.kernel.events import format_instant
from tongban.kernel.refusals import Missing
from tongban.kernel.scope import scope
from tongban.kernel.text import Text
from tongban.people import queries as people
from tongban.people import services as accounts


def sign_in(args: Namespace) -> Actor:
    """Both factors; asked for on the terminal unless given. Refuses `WrongPassword`, `WrongSecondFactor`, `TooManyAttempts`."""
    node = registries.current_node()
    with scope(node.regions):
        ref = accounts.verify_password(node=node, username=args.user, password=_password(args), at=now())
    code = args.code or getpass.getpass("code: ")
    with scope(node.regions):
        return people.actor_of(accounts.verify_second_factor(node=node, ref=ref, code=code, at=now()))


@contextmanager
def acting(args: Namespace) -> Iterator[dict[str, Any]]:
    """What every service is given, in a scope of the operator's own region."""
    by = sign_in(args)
    with scope([by.region]):
        yield {"node": registries.current_node(), "region": by.region, "by": by, "at": now()}


@contextmanager
def looking(case_id: UUID) -> Iterator[str]:
    """The region hosted here that holds this case, in its scope. Refuses `Missing`."""
    regions = registries.current_node().regions
    with scope(regions):
        region = next((code for code in regions if _holds(code, case_id)), None)
    if region is None:
        raise Missing
    with scope([region]):
        yield region


def say(args: Namespace, value: Any, lines: Iterable[str]) -> None:
    """One JSON object with --json, else lines for people."""
    print(json.dumps(_plain(value), ensure_ascii=False) if args.json else "\n".join(lines))


def _holds(region: str, case_id: UUID) -> bool:
    try:
        exchange.get_head(region, case_id)
    except Missing:
        return False
    return True


def _password(args: Namespace) -> str:
    if args.password_file:
        lines: list[str] = args.password_file.read_text().splitlines()
        return lines[0] if lines else ""
    return getpass.getpass("password: ")


def _plain(value: Any) -> Any:
    if isinstance(value, Text):
        return value.as_json()
    if is_dataclass(value) and not isinstance(value, type):
        return _plain(asdict(value))
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return format_instant(value)
    return str(value) if isinstance(value, UUID) else value
