"""How the state machine market-scan takes up what another scan overtook."""

import json
from typing import Any

from tests.infrastructure.synthesized import Deployment


def states_of(deployment: Deployment, name: str) -> dict[str, Any]:
    machines = deployment.of("AWS::StepFunctions::StateMachine")
    machine = next(one for one in machines if one.properties["StateMachineName"] == f"mam-{name}")
    return json.loads(machine.properties["DefinitionString"])["States"]


def test_a_scan_that_was_overtaken_places_its_problems_anew(aws: Deployment) -> None:
    overtaken, anything_else = states_of(aws, "market-scan")["save_opportunities"]["Catch"]

    assert overtaken == {
        "ErrorEquals": ["MarketChanged"],
        "Next": "cluster_problems",
        "ResultPath": "$.again_because",
    }
    assert anything_else["ErrorEquals"] == ["States.ALL"]
    assert anything_else["Next"] == "save_opportunities_failed"
