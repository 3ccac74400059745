"""Slips (小票): what people carry between the hall, their phone and home.

Owns: visits (a called number or a walk-in, by whom and how long), query codes printed on receipts, codes that carry a draft on to another desk
or phone. Codes are kept as keyed hashes only.
Does not own: the case or the draft a code stands for (cases), who may use it (web, cases), the receipt itself.
Start reading at `codes.py`, then `services.py`.
"""
