"""The model's answer: the text of logic.py, and a description of how it works."""

from pydantic import BaseModel, ConfigDict


class LogicDraft(BaseModel):
    """`logic_py`: the whole module. `approach`: two or three sentences for whoever reviews it."""

    model_config = ConfigDict(extra="forbid")

    approach: str
    logic_py: str
