"""Backing a node up and bringing it back. No tables: these commands work while the node runs, or before there is one."""

import sys
from argparse import Namespace
from datetime import UTC, datetime

from tongban.kernel.clock import now
from tongban.kernel.node import load_node
from tongban.project import backups, restoring
from tongban.project.backup_keys import save_keys

APART = (
    "！密钥文件须与备份分开保管：同时拿到两者的人可以阅读全部办件，并以本节点名义签名。",
    "! Keep the keys file apart from the backups: whoever has both reads every case and signs as this node.",
)
NEXT = (
    "下一步：tongban node migrate，然后启动 serve 和 worker。节点将处于“恢复中”（只读），直到各对端答复。",
    "Next: tongban node migrate, then start serve and worker. The node is recovering, and only read, until its peers have answered.",
)


def backup(args: Namespace) -> None:
    began = datetime.now(UTC)
    manifest = backups.take_backup(home=args.home, target=args.to, at=now())
    seconds = (datetime.now(UTC) - began).total_seconds()
    print(
        f"{manifest.node}: {len(manifest.files)} files, {manifest.bytes / 1e6:.1f} MB, {seconds:.1f} s  ->  {args.to}"
    )
    print("密钥不在其中；no keys are in it: tongban node backup-keys")


def backup_keys(args: Namespace) -> None:
    save_keys(load_node(args.home), args.to, at=now())
    print(f"{args.to}")
    for sentence in APART:
        print(sentence, file=sys.stderr)


def restore(args: Namespace) -> None:
    manifest, aside = restoring.restore_node(source=args.source, home=args.home, keys=args.keys, at=now())
    print(
        f"{manifest.node}: as of {manifest.taken_at:%Y-%m-%dT%H:%M:%SZ}, {len(manifest.files)} files  ->  {args.home}"
    )
    if aside:
        print(f"原数据保留在 what stood there is kept in {aside}")
    for sentence in NEXT:
        print(sentence)
