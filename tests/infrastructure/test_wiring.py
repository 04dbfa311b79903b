"""Every function folder is wired exactly once, under names that follow from the folder."""

import json
from collections import Counter

import pytest

from infra_cdk.app import ROOT
from infra_cdk.config import ONE_VCPU_MB, PYTHON_VERSION
from shared.runtime.settings import Settings
from tests.infrastructure.synthesized import Deployment, every

FOLDERS = every(
    sorted(str(handler.parent.relative_to(ROOT / "functions")) for handler in ROOT.glob("functions/*/*/handler.py"))
)
GIVEN_BY_POWERTOOLS = {"POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE"}


def function_name(folder: str) -> str:
    return f"mam-{folder.split('/')[1].replace('_', '-')}"


def test_every_folder_is_wired_exactly_once(deployment: Deployment) -> None:
    wired = Counter(str(function.properties["Description"]) for function in deployment.functions.values())

    assert wired == Counter(f"functions/{folder}" for folder in FOLDERS)


def test_a_function_is_wired_in_the_stack_of_its_domain(deployment: Deployment) -> None:
    for name, function in deployment.functions.items():
        domain = function.properties["Description"].split("/")[1]
        assert function.stack == f"Mam-{domain.title()}", name


def test_functions_that_ask_the_model_have_a_whole_vcpu(deployment: Deployment) -> None:
    asking = [name for name in deployment.functions if "secretsmanager:GetSecretValue" in actions(deployment, name)]
    models = [name for name in asking if "ANTHROPIC_SECRET" in variables(deployment, name)]

    for name in every(models):
        assert deployment.functions[name].properties["MemorySize"] == ONE_VCPU_MB, name


def actions(deployment: Deployment, name: str) -> set[str]:
    listed = [statement["Action"] for statement in deployment.statements_of(name)]
    return {action for one in listed for action in ([one] if isinstance(one, str) else one)}


def variables(deployment: Deployment, name: str) -> set[str]:
    return set(deployment.functions[name].properties["Environment"]["Variables"])


def test_names_follow_from_the_folder(deployment: Deployment) -> None:
    for folder in FOLDERS:
        properties = deployment.functions[function_name(folder)].properties
        assert properties["Handler"] == f"functions.{folder.replace('/', '.')}.handler.handler"
        assert properties["Runtime"] == f"python{PYTHON_VERSION}"
        assert properties["LoggingConfig"]["LogGroup"] == f"/aws/lambda/{function_name(folder)}"


def test_no_two_functions_share_a_role(deployment: Deployment) -> None:
    roles = Counter(function.properties["Role"] for function in deployment.functions.values())

    assert set(roles.values()) == {1}


def test_an_asset_holds_its_own_folder_and_nothing_else(aws: Deployment) -> None:
    assets = {}
    for stack in aws.templates:
        manifest = json.loads((aws.assembly / f"{stack}.assets.json").read_text())
        assets |= {key: aws.assembly / entry["source"]["path"] for key, entry in manifest["files"].items()}
    for folder in FOLDERS:
        code = aws.functions[function_name(folder)].properties["Code"]["S3Key"].removesuffix(".zip")
        held = {str(file.relative_to(assets[code])) for file in assets[code].rglob("*") if file.is_file()}
        assert f"functions/{folder}/handler.py" in held
        assert all(name.startswith(f"functions/{folder}/") for name in every(held))


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_function_has_a_sample_event(folder: str) -> None:
    file = ROOT / "events" / f"{folder.split('/')[1]}.json"

    assert file.exists(), (
        "`make generated` writes the events of endpoints, tests/integration/sample_world.py the others"
    )
    assert isinstance(json.loads(file.read_text()), dict)


def test_variables_are_settings_that_exist(deployment: Deployment) -> None:
    known = {name.upper() for name, value in vars(Settings).items() if isinstance(value, property)}
    for name, function in deployment.functions.items():
        given = set(function.properties["Environment"]["Variables"]) - GIVEN_BY_POWERTOOLS
        assert given <= known, name


def test_only_the_local_target_leaves_layers_out(aws: Deployment, local: Deployment) -> None:
    for folder in FOLDERS:
        assert aws.functions[function_name(folder)].properties["Layers"]
        assert "Layers" not in local.functions[function_name(folder)].properties
