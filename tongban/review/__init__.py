"""Review (智能审批): automatic checks of a case, with reasons; and the push of a decision to the business system.

Owns: asking registers, merging facts by their ranked sources, running the review points, handing the result over for effect.
Does not own: points and their texts (catalogue), their evaluation (rules), any decision event (cases). Keeps no table: facts live
sealed on the chain.
Start reading at `services.py`, then `facts.py`, `adapters/base.py`. A silent register leaves facts unknown, and unknown goes to a person.
"""
