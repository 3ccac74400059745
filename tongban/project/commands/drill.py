"""Practising a restore; needs no node and touches none."""

import json
from argparse import Namespace

from tongban.project import drill


def restore(args: Namespace) -> None:
    done = drill.restore_for_practice(source=args.source, work=args.work)
    if args.json:
        print(json.dumps({"node": done.manifest.node, "rto": round(done.rto, 2), "bytes": done.manifest.bytes,
                          "steps": {name: round(s, 2) for name, s in done.steps.items()}, **done.proved}))  # fmt: skip
        return
    for name, seconds in done.steps.items():
        print(f"{name:<24}{seconds:8.2f} s")
    print(f"{'RTO':<24}{done.rto:8.2f} s   {done.manifest.bytes / 1e6:.1f} MB")
    print("通过验证 verified: " + ", ".join(f"{count} {what}" for what, count in done.proved.items()))
