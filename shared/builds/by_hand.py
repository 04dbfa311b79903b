"""An agent that a person wrote. The person's spec and logic replace what a model would write. Everything else in the
factory stays the same: every gate, the test, the judge and the certificate.
"""

from shared.values import Frozen

A_PERSON = "a person"
"""Replaces the model's name on the listing and in the certificate."""
BY_HAND = "builds/by-hand"
"""The prefix of the documents, which are named by the hash of their content."""
APPROACH = "Written by a person."


class WrittenByHand(Frozen):
    """`spec_yaml`: the AgentSpec. `logic_py`: the module that completes the spec's template."""

    spec_yaml: str
    logic_py: str
