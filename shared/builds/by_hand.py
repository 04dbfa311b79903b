"""An agent that a person wrote. It goes through the factory like any other, with the person's spec and logic where a
model would be asked for them; every gate, the test, the judge and the certificate stay the same.
"""

from shared.values import Frozen

A_PERSON = "a person"
"""Stands where the name of the model would: on the listing and in the certificate."""
BY_HAND = "builds/by-hand"
"""Where the documents lie, named by their content."""
APPROACH = "Written by a person."


class WrittenByHand(Frozen):
    """`spec_yaml`: the AgentSpec. `logic_py`: the module that fills the gap of its template."""

    spec_yaml: str
    logic_py: str
