"""`tongban demo`: see `project/demo.py`; with `--once`, `project/demo_once.py`."""

from argparse import Namespace
from functools import partial

from tongban.project import demo as demonstration
from tongban.project import demo_once, demo_table
from tongban.project.children import turn_signals_into_interrupts


def demo(args: Namespace) -> int:
    turn_signals_into_interrupts()
    if args.once:
        return demo_once.play(args.home, as_json=args.json)
    directory = args.home or demonstration.default_directory()
    demo_table.say_opening(directory)
    try:
        with demonstration.open_demo(directory, port_base=args.port_base, say=demo_table.say_step) as (place, children):
            demo_table.say_ready(place)
            demonstration.watch(children, on_enter=partial(demo_table.say_codes, place))
    except KeyboardInterrupt:
        # The way to stop it, not a failure.
        demo_table.say_stopped()
    return 0
