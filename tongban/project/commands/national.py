"""Items in the shape of the national upload tables (国家平台事项上报表): `tongban catalogue national`."""

import sys
from argparse import Namespace
from collections import Counter

from tongban.catalogue.exporting.gathering import list_table_rows
from tongban.catalogue.exporting.tables import write_book, write_lines
from tongban.kernel.clock import now
from tongban.kernel.workdays import legal_day


def write(args: Namespace) -> None:
    """Writes the file; how much has to be completed is told on stderr."""
    rows = list_table_rows(region=args.region, on=legal_day(now()), taken=args.taken)
    args.out.write_bytes(write_book(rows) if args.out.suffix == ".xlsx" else write_lines(rows))
    found = Counter(finding.severity for row in rows for finding in row.findings)
    if found:
        print(f"! 必填缺项 missing {found['error']}, 其他发现 others {found['warning']}", file=sys.stderr)
    print(f"{len(rows)} rows: {args.out}")
