"""Guidance (导办): from what happens in a life to the items it takes, answers out of guides, and a person who answers the rest.

Owns: topics (情形导引) and what editors made of them, conversations with a clerk (人工导办), which words ask for which part of a guide.
Does not own: the search (catalogue), guides and items (catalogue), agreements (alliance), where halls are (regions).
Start reading at `topics.py`, then `answering.py`; conversations are in `services.py`.
"""
