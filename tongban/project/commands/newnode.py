"""Making a node, and what it shows to the alliance."""

import base64
import json
from argparse import Namespace
from importlib import import_module

from tongban.kernel.node import SIGNER_PURPOSES, Node, load_node, make_key
from tongban.kernel.signer_keys import make_signer_key
from tongban.project import home


def init(args: Namespace) -> None:
    node = home.make_home(
        args.home,
        id=args.id,
        alliance=args.alliance,
        regions=args.regions,
        url=args.url,
        trust=args.trust,
        demo=args.demo,
    )
    node = home.prepare(node.home)
    # Tables can be imported only now.
    import_module("tongban.project.basics").bring_up_to_date(node)
    print(json.dumps(describe(node)))


def key_new(args: Namespace) -> None:
    """Beside the old one: it is used once a member list in force names it."""
    make = make_signer_key if args.purpose in SIGNER_PURPOSES else make_key
    key = make(load_node(args.home), args.purpose)
    print(json.dumps({"id": key.id, "purpose": args.purpose}))


def public(args: Namespace) -> None:
    print(json.dumps(describe(load_node(args.home))))


def describe(node: Node) -> dict[str, object]:
    """`{"id", "regions", "url", "keys": [{"id", "purpose", "public": base64}]}`: nothing secret. Every key there is, also one not listed yet."""
    named = [(purpose, key.id, key.public) for purpose, held in node.held.items() for key in held.values()]
    named += [(purpose, key.id, key.public) for purpose, held in node.publics.items() for key in held.values()]
    keys = [{"id": id, "purpose": purpose, "public": base64.b64encode(key).decode()} for purpose, id, key in named]
    return {"id": node.id, "regions": list(node.regions), "url": node.url, "keys": keys}
