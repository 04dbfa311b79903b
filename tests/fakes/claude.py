"""A model that answers through a function, behind the adapter's own method; it counts what it was asked."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel

from shared.adapters.claude import Answer, Claude

A = TypeVar("A", bound=BaseModel)
Answers = Callable[[str, Mapping[str, Any], type[BaseModel]], BaseModel | Exception]


class FakeClaude(Claude):
    def __init__(self, answers: Answers, model: str = "fake-model"):
        super().__init__(api_key="none")
        self.answers = answers
        self.model = model
        self.asked: list[str] = []

    def ask(
        self, prompt: str, data: Mapping[str, object], answer: type[A], *, model: str, max_tokens: int
    ) -> Answer[A]:
        self.asked.append(prompt)
        value = self.answers(prompt, data, answer)
        if isinstance(value, Exception):
            raise value
        return Answer(answer.model_validate(value.model_dump()), self.model, 100, 50, 35)
