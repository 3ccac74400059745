"""A second verifier of record files and e-licences, written from docs/reference/{record-format,licences}.md alone.

It shares no line with the platform and needs Python and `cryptography`, nothing else: whoever does not want to take the platform's word
reads these few files. What it does not judge it says (`Unjudged`), and never calls it genuine.
"""


class Faulty(Exception):
    """It does not prove what it says. `where` names the place, `why` the fault."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"{where}: {why}")
        self.where, self.why = where, why


class Unjudged(Exception):
    """Nothing wrong was found, and something is in it that this program does not check."""
