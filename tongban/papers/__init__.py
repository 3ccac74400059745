"""Papers (文书): what a procedure gives people in writing, printed as PDF; numbered, kept and served where it tells something.

Owns: the kinds of papers and which event makes which, running numbers (文号), the sealed PDF of each that was issued, what could not be printed.
Does not own: the events on the chain that say that a paper was issued or served (cases), the seal of the agency, the receipt slip of a counter.
Start reading at `kinds.py` (the table), then `writing.py` (what stands on the sheet), `press.py` (the PDF) and `services.py`.
"""
