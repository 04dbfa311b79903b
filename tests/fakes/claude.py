"""A model that answers through a function, behind the adapter's own method; it counts what it was asked, and bills."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel

from shared.adapters.claude import Answer, Claude, ModelAnswerInvalid, ModelRefused, ModelUse

A = TypeVar("A", bound=BaseModel)
Answers = Callable[[str, Mapping[str, Any], type[BaseModel]], BaseModel | Exception]
COST = 35


class FakeClaude(Claude):
    """As the real one, it bills what it answers, refuses or gets wrong, and not what never reached the model."""

    def __init__(
        self, answers: Answers, model: str = "fake-model", *, billed: Callable[[ModelUse], None] = lambda _use: None
    ):
        super().__init__(api_key="none", billed=billed)
        self.answers = answers
        self.model = model
        self.asked: list[str] = []
        self.examples: Sequence[str] = ()

    def ask(
        self,
        prompt: str,
        data: Mapping[str, object],
        answer: type[A],
        *,
        model: str,
        max_tokens: int,
        examples: Sequence[str] = (),
    ) -> Answer[A]:
        self.asked.append(prompt)
        self.examples = examples
        value = self.answers(prompt, data, answer)
        if not isinstance(value, Exception) or isinstance(value, ModelRefused | ModelAnswerInvalid):
            self._billed(ModelUse(prompt, self.model, 100, 50, COST))
        if isinstance(value, Exception):
            raise value
        return Answer(answer.model_validate(value.model_dump()), self.model)
