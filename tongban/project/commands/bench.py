"""`tongban bench`: see `project/bench/`."""

from argparse import Namespace

from tongban.project.bench import report, running
from tongban.project.children import turn_signals_into_interrupts


def bench(args: Namespace) -> None:
    turn_signals_into_interrupts()
    sizes = running.Sizes(
        args.cases,
        args.appends,
        args.events,
        args.rows,
        args.requests,
        args.companies,
        args.past,
        args.decisions,
        args.items,
        args.licences,
    )
    found = running.run(sizes, only=args.only)
    print(report.as_table(found))
    report.write_json(found, args.out)
    print(args.out)
