"""`tongban licence check`: the checker over everything that this node's regions issued (对账)."""

import json
from argparse import Namespace
from dataclasses import asdict

from tongban.kernel import registries
from tongban.kernel.clock import now
from tongban.kernel.scope import scope
from tongban.licences.checker import Checked, check_region
from tongban.licences.wording import FINDINGS


def check(args: Namespace) -> int:
    """1 when something does not add up."""
    node = registries.current_node()
    found = []
    for region in node.regions:
        with scope([region]):
            found.append(check_region(node=node, region=region, at=now()))
    if args.json:
        print(json.dumps([asdict(one) for one in found], ensure_ascii=False))
    else:
        print("\n".join(line for one in found for line in _lines(one)))
    return int(any(one.findings for one in found))


def _lines(found: Checked) -> list[str]:
    said = [f"{found.region}: {found.checked} licences checked, {sum(found.findings.values())} findings"]
    for code, count in sorted(found.findings.items()):
        said.append(f"  {code} ({FINDINGS[code].zh}): {count}  {', '.join(found.examples[code])}")
    return said
