"""What is late after decisions (批后核查超期); names no person."""

import json
from argparse import Namespace

from tongban.cases import inspections
from tongban.kernel import registries
from tongban.kernel.clock import now
from tongban.kernel.scope import scope


def list_late(args: Namespace) -> int:
    """0: nothing is late."""
    late = []
    for region in registries.current_node().regions:
        with scope([region]):
            late += [(region, each) for each in inspections.list_late(region=region, at=now())]
    if args.json:
        print(json.dumps([_as_json(region, each) for region, each in late], ensure_ascii=False))
    else:
        for region, each in late:
            told = "supervisor told" if each.reported else "supervisor not told yet"
            print(f"{each.due_on} {each.number} {region} {each.office} {each.state}, {told}")
    return int(bool(late))


def _as_json(region: str, late: inspections.LateInspection) -> dict[str, object]:
    return {
        "case_id": str(late.case_id), "number": late.number, "region": region, "office": late.office, "state": late.state,
        "due_on": late.due_on.isoformat(), "reported": late.reported,
    }  # fmt: skip
