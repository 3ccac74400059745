"""Seals (电子印章): who owns which seal, its picture and its certificate, and the log of each use; also the numbered blanks
and the free physical seals.

Owns: the maker of seals of each place, seals and their life, requests that something be sealed, the use log, PDF signatures (PAdES), the
electronic seal of GB/T 38540 and the OFD that carries it, numbered blanks (空白证照), orders of free physical seals (免费刻章). Does not own: what
is sealed (licences, papers); the private keys, which lie in the room of the signer and are read by that process alone.
Start reading at `services.py` (a seal's life, asking for a seal), then `signing.py` (the signer's side) and `pdf.py`; for physical seals at
`orders.py`.
"""
