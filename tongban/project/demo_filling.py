"""What a demo node holds when it opens. Imported after `home.prepare`."""

import json
import os
import secrets
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from tongban.alliance import services as alliance_services
from tongban.alliance.trust import load_trust
from tongban.catalogue import layers
from tongban.catalogue import services as catalogue
from tongban.kernel import registries
from tongban.kernel.actors import system
from tongban.kernel.node import Node
from tongban.kernel.scope import scope
from tongban.people.staff import register_staff
from tongban.project import basics
from tongban.project.demo_alliance import ITEM, PLACES, Account, Papers, Place

ACCOUNTS = "accounts.json"


def fill(name: str, directory: Path) -> None:
    node, papers = registries.current_node(), Papers(directory)
    place = next(place for place in PLACES if place.name == name)
    at = datetime.now(UTC)
    basics.bring_up_to_date(node)
    alliance_services.import_member_list(raw=papers.members.read_bytes(), trust=load_trust(papers.trust), at=at)
    alliance_services.import_agreement(raw=papers.agreement.read_bytes(), at=at)
    _publish(node, place, at)
    if not (node.home / ACCOUNTS).exists():
        _write_private(node.home / ACCOUNTS, _open_accounts(node, place, at))


def _publish(node: Node, place: Place, at: datetime) -> None:
    """Its own; what the others publish its worker fetches from them."""
    catalogue.publish(
        node=node,
        region=place.region,
        document=layers.load_document(ITEM, place.region),
        by=system(place.region),
        at=at,
    )


def _open_accounts(node: Node, place: Place, at: datetime) -> list[dict[str, str]]:
    with scope([place.region]):
        return [_open_account(node, place, account, at) for account in place.accounts]


def _open_account(node: Node, place: Place, account: Account, at: datetime) -> dict[str, str]:
    password = f"demo-{secrets.token_hex(4)}-{secrets.token_hex(4)}"
    enrolment = register_staff(
        node=node, region=place.region, office=account.office, username=account.username, password=password,
        roles=frozenset(account.roles), display_name=account.display_name, by=system(place.region), at=at,
    )  # fmt: skip
    secret = parse_qs(urlsplit(enrolment.totp_uri).query)["secret"][0]
    return {
        "username": account.username, "name": account.display_name, "roles": ", ".join(account.roles),
        "password": password, "totp": secret,
    }  # fmt: skip


def _write_private(file: Path, value: object) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as target:
        json.dump(value, target, ensure_ascii=False, indent=1)
