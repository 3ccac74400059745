"""`tongban bench`: see `project/bench/`."""

from argparse import Namespace
from dataclasses import fields

from tongban.project.bench import report, running
from tongban.project.children import turn_signals_into_interrupts


def bench(args: Namespace) -> None:
    turn_signals_into_interrupts()
    sizes = running.Sizes(**{size.name: getattr(args, size.name) for size in fields(running.Sizes)})
    found = running.run(sizes, only=args.only)
    print(report.as_table(found))
    report.write_json(found, args.out)
    print(args.out)
