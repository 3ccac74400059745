"""Papers (文书): what a procedure gives people in writing, numbered, printed as PDF and served.

Owns: the kinds of papers and which event makes which, running numbers (文号), the sealed PDF of each paper, what could not be printed and why.
Does not own: the events on the chain that say that a paper was issued or served (cases), the seal of the agency, the receipt slip of a counter.
Start reading at `kinds.py` (the table), then `writing.py` (what stands on the sheet), `press.py` (the PDF) and `services.py`.
"""
