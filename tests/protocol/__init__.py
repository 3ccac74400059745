"""The exchange as a whole: several nodes in one process, each with a database of its own, on the real code, the real views and PostgreSQL.

Owns: the little world, its Hypothesis machine, the invariants, the switches that take one rule out. Start reading at `world.py`.
"""
