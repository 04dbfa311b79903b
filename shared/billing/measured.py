"""The resources that an agent's example runs used: the base of its price."""

from shared.values import Frozen


class Measured(Frozen):
    """Means over the example runs. Tokens are estimated from the length of the agent's questions (4 characters
    each).
    """

    run_seconds: float
    slowest_call_seconds: float
    llm_calls: float
    llm_input_tokens: float
    llm_output_tokens: float
    fetches: float
    notifications: float
