"""A state whose resources were in other stacks is left as it is."""

from pathlib import Path
from typing import Any

import pytest

from local.deployer.assembly import Stack
from local.deployer.moves import ResourcesMoved, refuse_moves

STATE = Path("/somewhere/.mam")
QUEUE = "http://127.0.0.1:8111/000000000000/mam-work"


def stack(name: str, **resources: tuple[str, dict[str, Any]]) -> Stack:
    template = {"Resources": {key: {"Type": kind, "Properties": given} for key, (kind, given) in resources.items()}}
    return Stack(name, template, (), "key")


def wanted(name: str) -> Stack:
    return stack(
        name,
        List=("AWS::Lambda::Function", {"FunctionName": "mam-list-agents"}),
        Work=("AWS::SQS::Queue", {"QueueName": "mam-work"}),
        Map=("AWS::Lambda::EventSourceMapping", {"FunctionName": "mam-list-agents"}),
    )


def test_a_name_that_another_stack_holds_is_refused_in_one_sentence() -> None:
    held = {"Mam-Api": [("AWS::Lambda::Function", "mam-list-agents"), ("AWS::SQS::Queue", QUEUE)]}

    with pytest.raises(ResourcesMoved) as refused:
        refuse_moves([wanted("Mam-Catalogue")], held, STATE)

    assert str(refused.value) == (
        "/somewhere/.mam was deployed from sources in which mam-list-agents belonged to the stack Mam-Api, and now it "
        "belongs to Mam-Catalogue (and 1 more): run `make down`, move /somewhere/.mam away and run `make up` for a "
        "fresh one, or go back to those sources"
    )


@pytest.mark.parametrize(
    "held",
    [
        {},
        {"Mam-Catalogue": [("AWS::Lambda::Function", "mam-list-agents"), ("AWS::SQS::Queue", QUEUE)]},
        {"Mam-Api": [("AWS::Logs::LogGroup", "mam-list-agents"), ("AWS::Lambda::EventSourceMapping", "an-id")]},
    ],
    ids=["nothing is deployed", "the same stack holds it", "another kind has the name"],
)
def test_whatever_is_in_its_place_is_deployed(held: dict[str, list[tuple[str, str]]]) -> None:
    refuse_moves([wanted("Mam-Catalogue")], held, STATE)
