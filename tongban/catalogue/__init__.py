"""Catalogue (事项与指南): what a service is, where it is published, and what it asks of people.

Owns: service definitions (questions, situations, fields, materials, review points, limits), their layers, checks and signed publications.
Does not own: how conditions are evaluated (rules), cases, agreements, who may sign for a region (alliance; passed in).
Start reading at `definition.py`, then `layers.py`, `checks.py`, `services.py`; the items themselves are in `data/services/`.
"""
