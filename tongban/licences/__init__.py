"""E-licences (电子证照): what a decision gives people to show, issued exactly once and verified by anyone, also offline.

Owns: the types of licences and which decision gives which, identifiers (GB/T 36904), the reservation of each with its frozen bytes, the signer,
the copies of licences held here with their status, the checker. Does not own: the decision and the events on the chain (cases), the seals and
their keys (seals), who may see a case.
Start reading at `face.py` (what is signed), then `reserving.py`, `signer.py` and `issuing.py` (the road of one licence).
"""
