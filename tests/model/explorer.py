"""`python -m tests.model.explorer [--deep] [--variant NAME]`: search every variant, print what was found, 1 if it is not what is claimed."""

import argparse
import sys
from collections.abc import Iterator, Sequence

from tests.model.search import Result, Search
from tests.model.variants import VARIANTS, Variant
from tests.model.words import describe

ROW = "{:40} {:>9} {:>7}  {:15} {}"


def main(arguments: Sequence[str] | None = None) -> int:
    options = parse(arguments)
    print(ROW.format("variant", "states", "seconds", "verdict", "expected"))
    results = [(variant, show(variant, path=bool(options.variant))) for variant in chosen(options)]
    seconds = sum(result.seconds for _, result in results)
    faults = [fault for variant, result in results for fault in faults_of(variant, result)]
    print(f"{len(results)} variants, {seconds:.0f} s, {len(faults)} not as expected", *faults, sep="\n")
    return 1 if faults else 0


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.model.explorer")
    parser.add_argument("--deep", action="store_true", help="also the variants that take long")
    parser.add_argument(
        "--variant", action="append", choices=list(VARIANTS), metavar="NAME", help="only this; with its path"
    )
    return parser.parse_args(arguments)


def chosen(options: argparse.Namespace) -> list[Variant]:
    if options.variant:
        return [VARIANTS[name] for name in options.variant]
    return [variant for variant in VARIANTS.values() if options.deep or not variant.deep]


def show(variant: Variant, *, path: bool) -> Result:
    result = Search(variant.scenario).run()
    row = ROW.format(variant.name, f"{result.states:,}", f"{result.seconds:.1f}", result.verdict, variant.expected)
    print(row, flush=True)
    if path or result.verdict != variant.expected:
        print(*describe(result), sep="\n")
    return result


def faults_of(variant: Variant, result: Result) -> Iterator[str]:
    """A search that saw almost nothing proves nothing, so too few states are a fault as well."""
    if result.verdict != variant.expected:
        yield f"{variant.name}: {result.verdict}, expected {variant.expected}"
    if result.states < variant.floor:
        yield f"{variant.name}: {result.states} states, expected at least {variant.floor}"


if __name__ == "__main__":
    sys.exit(main())
