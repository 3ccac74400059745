"""Guides (办事指南): what a definition says, for somebody who has not begun yet.

Plain values, no tables but in `offers.py`. Start reading at `guide.py`; the sentences are in `wording.py`.
"""
