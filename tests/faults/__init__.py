"""Faults on real processes: lines that lie, processes that die, databases that stop, while cases flow; then everything is counted.

Start reading at `run.py`: siege (three nodes behind faulty lines) → clients (hand in) → nemesis (does harm) → evidence (what is left)
→ checkers (what that proves). `make faults` runs it for long, `test_*.py` each fault by itself.
"""
