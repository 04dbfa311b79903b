"""Codes of refused effects: the agent may not ask for this effect at all, or has used up its budget."""

NOT_DECLARED = "not_declared"
INVALID_ARGUMENTS = "invalid_arguments"
HOST_NOT_ALLOWED = "host_not_allowed"
OVER_BUDGET = "over_budget"
