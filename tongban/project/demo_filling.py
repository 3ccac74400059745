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
from tongban.project import basics, demo_seals
from tongban.project.demo_alliance import PLACES, Account, Papers, Place

ACCOUNTS = "accounts.json"


def fill(name: str, directory: Path) -> None:
    node, papers = registries.current_node(), Papers(directory)
    place = next(place for place in PLACES if place.name == name)
    at = datetime.now(UTC)
    basics.bring_up_to_date(node)
    alliance_services.import_member_list(raw=papers.members.read_bytes(), trust=load_trust(papers.trust), at=at)
    for paper in papers.every_agreement:
        alliance_services.import_agreement(raw=paper.read_bytes(), at=at)
    _publish(node, place, at)
    _open_accounts(node, place, at)
    demo_seals.make_seals(node, place.region, at=at)


def _publish(node: Node, place: Place, at: datetime) -> None:
    """Its own; what the others publish its worker fetches from them."""
    for key in layers.list_items():
        document = layers.load_document(key, place.region)
        catalogue.publish(node=node, region=place.region, document=document, by=system(place.region), at=at)


def _open_accounts(node: Node, place: Place, at: datetime) -> None:
    """Those that are not there yet: a later release of the demo may have more."""
    file = node.home / ACCOUNTS
    known = json.loads(file.read_text()) if file.exists() else []
    names = {account["username"] for account in known}
    with scope([place.region]):
        new = [_open_account(node, place, account, at) for account in place.accounts if account.username not in names]
    if new:
        _write_private(file, [*known, *new])


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
    draft = file.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as target:
        json.dump(value, target, ensure_ascii=False, indent=1)
    draft.replace(file)
