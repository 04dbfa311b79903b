"""The documents that one stage of a build leaves for a later one, beside the report and the scores.

They lie in S3 for weeks and are read by other versions of the code, so each is checked when it is read: one that does
not fit is an error of the stage, never an empty finding.
"""

from pydantic import Field

from shared.values import Frozen


class BuildIncomplete(Exception):
    """The state lacks what an earlier stage has to have put there."""


class SpecOrigin(Frozen):
    """Which model a spec is from, and what each of its earlier drafts was refused for."""

    model: str
    refused: tuple[tuple[str, ...], ...] = ()


class GateReport(Frozen):
    """What the static gate found in one round's code: no finding means that it may be built.

    `model` wrote the code and said how in `approach`; `spec_model` wrote the spec, null if its origin was not kept.
    """

    findings: tuple[str, ...]
    approach: str
    model: str = Field(min_length=1)
    spec_model: str | None


class Feedback(Frozen):
    """What a round was sent back for, as sentences for the next attempt."""

    findings: tuple[str, ...]
