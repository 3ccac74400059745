"""Rules (规则): whether the conditions of a service hold for the facts that are known, and why.

Owns: conditions over elements (CEL), three-valued evaluation, review points (要点), the outcome of a rule set, explanations.
Does not own: where facts come from, the texts of an item's points (catalogue), what follows from an outcome (review).
Start reading at `facts.py`, then `tree.py`, `expression.py`, `points.py`, `explanation.py`. Plain Python: values in, verdicts out.
"""
