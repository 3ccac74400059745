"""The node as a whole: settings, addresses, processes, commands, the demo, and the wiring of the contexts.

Owns: the command line, the embedded PostgreSQL, the demo with its registers, and what happens after which event.
Does not own: any business rule or table.
Start reading at `reactions.py` (event to what happens next), then `wiring.py`, `cli.py`.
"""
