"""Claude for agents: it uses the platform's prompt, passes the agent's question as data, and hides internal errors."""

from shared.adapters.claude import Claude, ModelAnswerInvalid, ModelOverloaded, ModelRefused, ModelUnavailable
from shared.billing.spend import ModelSpend
from shared.runs.allowance import LlmArgs
from shared.runs.faults import MODEL_UNAVAILABLE
from shared.runs.llm_effect import PROMPT, LlmAnswer, LlmAnswerInvalid, make_llm_value, read_llm_request
from shared.runs.performed_effects import ModelFailed
from shared.values import Json


class ClaudeForAgents:
    """Implements `shared.runs.performed_effects.AgentModel`. `spend` is the purse that `claude` pays from."""

    def __init__(self, claude: Claude, model: str, spend: ModelSpend) -> None:
        self._claude, self._model, self._spend = claude, model, spend

    def answer(self, args: LlmArgs) -> tuple[Json, str]:
        if self._spend.is_exceeded():
            raise ModelFailed(MODEL_UNAVAILABLE, "what demos may spend on the model today is spent")
        try:
            answer = self._claude.ask(
                PROMPT, read_llm_request(args), LlmAnswer, model=self._model, max_tokens=args.max_tokens
            )
            return make_llm_value(args, answer.value), answer.model
        except ModelRefused as error:
            raise ModelFailed("model_refused", "the model declined to answer") from error
        except (ModelAnswerInvalid, LlmAnswerInvalid) as error:
            raise ModelFailed("model_answer_invalid", "the model's answer was of no use") from error
        except (ModelOverloaded, ModelUnavailable) as error:
            raise ModelFailed(MODEL_UNAVAILABLE, "the model is not available now") from error
