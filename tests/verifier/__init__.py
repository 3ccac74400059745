"""Two verifiers, written apart, must agree on every file: those that are frozen in `verifier/corpus`, and those made anew."""
