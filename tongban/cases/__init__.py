"""Cases (办件): the life of a matter from the draft to the closed record.

Owns: drafts, the events of a case, their states and clocks, the projection, worklists, case numbers, the record file.
Does not own: how events travel (`exchange`), what an item asks (`catalogue`), how it is decided (`review`).
Start reading at `events.py` and `life_events.py`, then `states.py`, `projection.py`, `services/`.
"""
