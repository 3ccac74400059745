"""Items over time (动态调整): added, changed, suspended, resumed, withdrawn, merged; who, why, from when; what changed between two versions.

Owns: the standing of an item, its adjustments, the two histories (of definitions and of items taken in) and the comparison of two versions.
Does not own: publishing and signing (services), what differs between places (differences), the rules' own drafts (review).
Start reading at `standing.py`, then `adjusting.py` (definitions), `taken.py` (items taken in), `comparing.py`.
"""
