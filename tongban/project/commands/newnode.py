"""Making a node, and what it shows to the alliance."""

import base64
import json
from argparse import Namespace
from importlib import import_module

from tongban.kernel.node import Node, load_node, make_key
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
    key = make_key(load_node(args.home), args.purpose)
    print(json.dumps({"id": key.id, "purpose": args.purpose}))


def public(args: Namespace) -> None:
    print(json.dumps(describe(load_node(args.home))))


def describe(node: Node) -> dict[str, object]:
    """`{"id", "regions", "url", "keys": [{"id", "purpose", "public": base64}]}`: nothing secret. Every key there is, also one not listed yet."""
    keys = [
        {"id": key.id, "purpose": purpose, "public": base64.b64encode(key.public).decode()}
        for purpose, held in node.held.items()
        for key in held.values()
    ]
    return {"id": node.id, "regions": list(node.regions), "url": node.url, "keys": keys}
