"""Every function folder is wired exactly once, under names that follow from the folder."""

import json
from collections import Counter

import pytest

from infra_cdk.app import ROOT
from infra_cdk.config import PYTHON_VERSION
from shared.runtime.settings import Settings
from tests.infrastructure.synthesized import Deployment

FOLDERS = sorted(
    str(handler.parent.relative_to(ROOT / "functions")) for handler in ROOT.glob("functions/*/*/handler.py")
)
GIVEN_BY_POWERTOOLS = {"POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE"}


def function_name(folder: str) -> str:
    return f"mam-{folder.split('/')[1].replace('_', '-')}"


def test_every_folder_is_wired_exactly_once(deployment: Deployment) -> None:
    wired = Counter(str(function.properties["Description"]) for function in deployment.functions.values())

    assert wired == Counter(f"functions/{folder}" for folder in FOLDERS)


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
        assert all(name.startswith(f"functions/{folder}/") for name in held)


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_function_has_a_sample_event(folder: str) -> None:
    event = json.loads((ROOT / "events" / f"{folder.split('/')[1]}.json").read_text())

    assert isinstance(event, dict)


def test_variables_are_settings_that_exist(deployment: Deployment) -> None:
    known = {name.upper() for name, value in vars(Settings).items() if isinstance(value, property)}
    for name, function in deployment.functions.items():
        given = set(function.properties["Environment"]["Variables"]) - GIVEN_BY_POWERTOOLS
        assert given <= known, name


def test_only_the_local_target_leaves_layers_out(aws: Deployment, local: Deployment) -> None:
    for folder in FOLDERS:
        assert aws.functions[function_name(folder)].properties["Layers"]
        assert "Layers" not in local.functions[function_name(folder)].properties
