"""`tongban bench`: how fast whole cases, events, the append and the worklist are, each measured within one run on one machine.

Owns: what is measured and how it is said. Does not own: the demo alliance it runs on (`project/demo.py`), any limit a test would check.
Start reading at `running.py`; each figure is a module with `measure(ground, sizes)`. What the keys mean: docs/reference/bench.md.
"""
