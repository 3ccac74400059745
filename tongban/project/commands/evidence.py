"""Fork evidence, verified by anybody: no node, no database, no Django."""

import json
from argparse import Namespace

from tongban.alliance.trust import load_trust
from tongban.exchange.fork_proofs import verify_fork_evidence
from tongban.project.commands.papers import read_file


def verify(args: Namespace) -> None:
    """Raises EvidenceFaulty and so ends with 1."""
    proofs = verify_fork_evidence(read_file(args.file), trust=load_trust(args.trust))
    if args.json:
        shown = [
            {"case": str(one.case), "seq": one.seq, "kind": one.kind, "authors": one.authors, "hashes": one.hashes,
             "same_author": one.same_author, "entitled": one.entitled}
            for one in proofs
        ]  # fmt: skip
        print(json.dumps({"forks": shown}, ensure_ascii=False))
        return
    for one in proofs:
        whose = f"both signed by {one.authors[0]}" if one.same_author else f"signed by {' and '.join(one.authors)}"
        print(f"通过验证 proved: {one.case} #{one.seq}: {one.hashes[0]} and {one.hashes[1]}, {whose}")
