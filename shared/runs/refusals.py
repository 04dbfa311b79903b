"""Codes with which an effect is refused: what an agent may not ask for, or not any more."""

NOT_DECLARED = "not_declared"
INVALID_ARGUMENTS = "invalid_arguments"
HOST_NOT_ALLOWED = "host_not_allowed"
OVER_BUDGET = "over_budget"
