"""Papers of the alliance: keys, member lists, agreements. Works offline, without a database."""

import base64
import json
from argparse import Namespace
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from tongban.alliance import documents
from tongban.alliance.agreements import Agreement
from tongban.alliance.fences import Order, require_fenced
from tongban.alliance.following import Changes, follow_member_list
from tongban.alliance.members import BadDocument, KeyEntry, MemberList, NodeEntry, Period, RegionEntry, UntrustedKey
from tongban.alliance.trust import Root, Trust, load_trust, save_trust
from tongban.cases import record
from tongban.kernel import envelopes, strictjson
from tongban.kernel.crypto import SUITES
from tongban.kernel.events import Json
from tongban.kernel.node import load_node, read_private_key, write_private_key
from tongban.kernel.refusals import Refused
from tongban.kernel.storable import find_unstorable
from tongban.kernel.text import Text


class FileUnreadable(Refused):
    """The file is missing or holds something else."""

    status = 400
    text = Text("文件 {path} 无法读取：{reason}", "File {path} cannot be read: {reason}")
    advice = Text("请核对文件名和内容。", "Check its name and content.")


def root_new(args: Namespace) -> None:
    key = SUITES[1].new_signing_key(owner=args.name)
    write_private_key(args.out, key)
    print(f"{key.id}  ->  {args.out}")


def trust(args: Namespace) -> None:
    keys = [read_private_key(path) for path in args.root]
    save_trust(args.out, Trust(args.alliance, tuple(Root(key.id, key.public) for key in keys), args.threshold))
    print(f"{args.threshold} of {len(keys)}  ->  {args.out}")


def list_draft(args: Namespace) -> None:
    at = _now()
    nodes = [_read_json(path) for path in args.node or ()]
    entries = [_node_entry(node, at) for node in nodes]
    hosts = {code: node["id"] for node in nodes for code in node["regions"]}
    draft = _following(args, entries, hosts, at) if args.follows else _first(args, entries, hosts, at)
    _write(args.out, strictjson.canonical(draft))


def _first(args: Namespace, nodes: list[NodeEntry], hosts: dict[str, str], at: datetime) -> Json:
    return documents.draft_member_list(
        trust=load_trust(args.trust),
        nodes=nodes,
        regions=[RegionEntry(code, node, Period(at)) for code, node in hosts.items()],
        valid_from=at,
        validity=timedelta(days=args.days),
    )


def _following(args: Namespace, nodes: list[NodeEntry], hosts: dict[str, str], at: datetime) -> Json:
    """What the new list does not mention stays as it was."""
    before = replace(_read_list(args.follows), trust=load_trust(args.trust))
    stolen = dict(_stolen(text) for text in args.stolen or ())
    changes = Changes(nodes, hosts, args.suspend or (), args.reinstate or (), stolen)
    return follow_member_list(
        before, changes, valid_from=at, validity=timedelta(days=args.days), lead=timedelta(minutes=args.lead_minutes),
        overlap=timedelta(days=args.overlap_days),
    )  # fmt: skip


def _stolen(text: str) -> tuple[str, datetime]:
    key_id, _, since = text.partition("=")
    try:
        return key_id, datetime.fromisoformat(since).astimezone(UTC)
    except ValueError:
        raise BadDocument(reason=f"KEY=INSTANT expected, not {text}") from None


def reassign_draft(args: Namespace) -> None:
    """From what `alliance fence` wrote. The lists are those of the fences; all of it is checked before anybody signs."""
    value = _read_json(args.fences)
    lists = {members.version: members for members in (_read_list(path) for path in args.list)}
    newest = lists[max(lists)]
    order = Order.from_json(
        {**value, "alliance": newest.alliance, "epoch": newest.epoch, "list": newest.version, "to": args.to}
    )
    require_fenced(order, audience=value["audience"], find_list=lists.get)
    _write(args.out, strictjson.canonical(order.as_json()))


def reassign_sign(args: Namespace) -> None:
    keys = [read_private_key(path) for path in args.key]
    _write(args.out, documents.sign_order(_draft_or_signed(args.document), keys=keys).raw)


def list_sign(args: Namespace) -> None:
    keys = [read_private_key(path) for path in args.key]
    _write(args.out, documents.sign_member_list(_draft_or_signed(args.document), keys=keys).raw)


def members(args: Namespace) -> None:
    """What `record verify` asks for: root keys and every list that was in force, checked against each other."""
    data = record.write_members(load_trust(args.trust), [read_file(path) for path in args.list])
    record.read_members(data)
    _write(args.out, data)


def agreement_draft(args: Namespace) -> None:
    try:
        source = yaml.safe_load(args.source.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise FileUnreadable(path=args.source, reason=type(error).__name__) from None
    if place := find_unstorable(source):
        raise FileUnreadable(path=args.source, reason=f"a zero byte in the text at {place}")
    _write(args.out, strictjson.canonical(Agreement.from_json(source).as_json()))


def agreement_sign(args: Namespace) -> None:
    node = load_node(args.home)
    key = node.find_key("event", args.key_id) if args.key_id else node.keys["event"]
    if key is None:
        raise UntrustedKey(key_id=args.key_id)
    signed = documents.sign_agreement(_draft_or_signed(args.document), key=key, epoch=node.epoch)
    _write(args.out, signed.raw)


def read_file(path: Path) -> bytes:
    """Refuses `FileUnreadable`."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileUnreadable(path=path, reason=error.strerror) from None


def _draft_or_signed(path: Path) -> Any:
    """A draft as its value; the bytes of an envelope, to which a signature is added."""
    value = _read_json(path)
    return path.read_bytes() if isinstance(value, dict) and set(value) == {"t", "p", "s"} else value


def _read_list(path: Path) -> MemberList:
    """The list that the new one names as its forerunner; whoever imports the new one checks both."""
    try:
        envelope = envelopes.read(path.read_bytes(), type=envelopes.MEMBER_LIST, max_bytes=documents.MAX_DOCUMENT_BYTES)
        value = envelope.claims(max_bytes=documents.MAX_DOCUMENT_BYTES)
    except (OSError, ValueError) as error:
        raise FileUnreadable(path=path, reason=type(error).__name__) from None
    return MemberList.from_json(value, hash=envelope.hash(SUITES[int(value["epoch"])]))


def _node_entry(value: Any, at: datetime) -> NodeEntry:
    keys = [KeyEntry(k["id"], k["purpose"], base64.b64decode(k["public"]), Period(at)) for k in value["keys"]]
    return NodeEntry(value["id"], value["url"], tuple(keys))


def _read_json(path: Path) -> Any:
    try:
        return strictjson.parse(read_file(path), max_bytes=documents.MAX_DOCUMENT_BYTES)
    except strictjson.NotStrict as error:
        raise FileUnreadable(path=path, reason=type(error).__name__) from None


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    print(json.dumps({"written": str(path), "bytes": len(data)}))


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
