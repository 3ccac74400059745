"""Taking the alliance's signed papers into a node."""

from argparse import Namespace
from datetime import UTC, datetime

from tongban.alliance import services
from tongban.alliance.trust import load_trust
from tongban.project.home import TRUST


def list_import(args: Namespace) -> None:
    members = services.import_member_list(
        raw=args.document.read_bytes(), trust=load_trust(args.home / TRUST), at=datetime.now(UTC)
    )
    print(f"member list version {members.version}: {len(members.nodes)} nodes, {len(members.regions)} regions")


def agreement_import(args: Namespace) -> None:
    agreement = services.import_agreement(raw=args.document.read_bytes(), at=datetime.now(UTC))
    print(f"agreement {agreement.id} version {agreement.version}: {', '.join(agreement.members)}")
