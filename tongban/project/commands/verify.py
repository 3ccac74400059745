"""Is what this node holds still what was signed?"""

import json
from argparse import Namespace
from dataclasses import asdict

from tongban.kernel import registries
from tongban.project.home import TRUST
from tongban.project.verifying import verify_all


def verify(args: Namespace) -> int:
    """1 when anything does not verify; each fault is named."""
    node = registries.current_node()
    cases = [args.case] if args.case and not args.all else None
    report = verify_all(regions=node.regions, trust=args.home / TRUST, cases=cases)
    if args.json:
        print(json.dumps(asdict(report), default=str))
    for fault in () if args.json else report.faults:
        print(f"未通过 wrong: {fault.region} {fault.case_id or '-'}: {fault.where} {fault.why}")
    if not args.json:
        seen = report.seen
        print(f"{seen.cases} cases, {seen.events} events, {seen.receipts} receipts, {report.leaves} leaves: "
              + (f"{len(report.faults)} faults" if report.faults else "通过验证 verified"))  # fmt: skip
    return 1 if report.faults else 0
