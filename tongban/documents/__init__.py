"""Documents (材料): files that people hand in, and the sealed blobs in which they are kept and travel.

Owns: the inspection of uploads (in a process of its own), the malware scan (`scanning.py`), the blob store by ciphertext hash, which case of
which region uses a blob, the reading of papers by machine (`reading/`).
Does not own: which material a file answers (cases), case keys (kernel vault), fetching blobs from peers (exchange).
Start reading at `services.py`, then `inspect.py` and `blobs.py`.
"""
