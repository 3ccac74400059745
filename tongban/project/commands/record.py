"""Record files, verified by anybody: no node, no database, no Django."""

import json
from argparse import Namespace
from dataclasses import asdict

from tongban.cases import record
from tongban.project.commands.papers import read_file


def verify(args: Namespace) -> None:
    """Raises RecordFaulty and so ends with 1."""
    members = record.read_members(read_file(args.trust))
    verified = record.verify_record(read_file(args.file), members=members)
    if args.json:
        print(json.dumps(asdict(verified), ensure_ascii=False))
        return
    print(f"通过验证 verified: {verified.case} ({verified.region})")
    print(
        f"{verified.events} events, {verified.receipts} receipts, {verified.openings} opened parts, state {verified.state}"
    )
