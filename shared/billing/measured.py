"""What the example runs of an agent used: the base of its price."""

from shared.values import Frozen


class Measured(Frozen):
    """Means over the example runs; tokens are estimated from the length of what the agent asked (4 characters each)."""

    run_seconds: float
    slowest_call_seconds: float
    llm_calls: float
    llm_input_tokens: float
    llm_output_tokens: float
    fetches: float
    notifications: float
