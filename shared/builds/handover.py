"""The documents that one stage of a build writes for a later stage, beside the report and the scores.

They stay in S3 for weeks, and other versions of the code read them. So each document is checked when it is read: an
invalid one is an error of the stage, never an empty finding.
"""

from pydantic import Field

from shared.values import Frozen


class BuildIncomplete(Exception):
    """The state lacks a value that an earlier stage must set."""


class SpecOrigin(Frozen):
    """Which model wrote a spec, and why each of its earlier drafts was refused."""

    model: str
    refused: tuple[tuple[str, ...], ...] = ()


class GateReport(Frozen):
    """The static gate's findings on one round's code. Without findings the code may be built.

    `model` wrote the code and explained it in `approach`. `spec_model` wrote the spec; it is null if that is unknown.
    """

    findings: tuple[str, ...]
    approach: str
    model: str = Field(min_length=1)
    spec_model: str | None


class Feedback(Frozen):
    """Why a round was sent back, as sentences for the next attempt."""

    findings: tuple[str, ...]
