"""Tokens of other systems. A token is shown once, here, and never again."""

import json
from argparse import Namespace
from dataclasses import asdict

from tongban.clients import queries, services
from tongban.kernel import registries
from tongban.kernel.actors import system
from tongban.kernel.clock import now
from tongban.kernel.refusals import Refused
from tongban.kernel.scope import scope
from tongban.kernel.text import Text
from tongban.people import queries as people


class StaffUnfit(Refused):
    """The token would open nothing, or more than the person may."""

    status = 422
    text = Text(
        "该区划没有这名工作人员，或其没有这些岗位。", "This region has no such member of staff with these roles."
    )
    advice = Text(
        "请用 staff add 打印的编号，并核对岗位。", "Use the reference that staff add printed, and check the roles."
    )


def add(args: Namespace) -> None:
    node = registries.current_node()
    if args.staff:
        _require_staff(args)
    issued = services.issue_token(
        node=node, name=args.name, regions=args.regions, scopes=args.scopes, days=args.days, per_minute=args.per_minute,
        staff=args.staff, roles=args.roles, by=system(node.regions[0]), at=now(),
    )  # fmt: skip
    print(f"{issued.id}\n{issued.client}\n{issued.token}")


def list(args: Namespace) -> None:
    tokens = queries.list_tokens()
    if args.json:
        print(json.dumps({"tokens": [asdict(token) for token in tokens]}, ensure_ascii=False, default=str))
        return
    for token in tokens:
        end = f"revoked {token.revoked_at:%Y-%m-%d}" if token.revoked_at else f"until {token.expires_at:%Y-%m-%d}"
        used = f"used {token.last_used_at:%Y-%m-%d %H:%M}Z" if token.last_used_at else "never used"
        print(f"{token.id}  {token.client}  {','.join(token.regions)}  {','.join(token.scopes)}  {end}  {used}")


def revoke(args: Namespace) -> None:
    services.revoke_token(token_id=args.token, by=system(registries.current_node().regions[0]), at=now())


def _require_staff(args: Namespace) -> None:
    with scope(registries.current_node().regions):
        staff = people.find_staff(node=registries.current_node(), ref=args.staff)
    if staff is None or staff.region not in args.regions or not set(args.roles) <= staff.roles:
        raise StaffUnfit
