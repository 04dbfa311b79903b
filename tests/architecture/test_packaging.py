"""Each function imports with what is deployed with it, loads nothing that it does not need, and fits into Lambda."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from infra_cdk.app import ROOT, build
from layers import build as layer_builds
from layers.build import BUILT, is_built, size
from layers.catalog import AGENT_SDK, LAYERS, locked
from tests.architecture.lazy_imports import adapters, third_party
from tests.infrastructure.synthesized import Deployment, Resource

UNZIPPED_LIMIT = 250 * 1024 * 1024
FOLDERS = sorted(
    str(handler.parent.relative_to(ROOT / "functions")) for handler in ROOT.glob("functions/*/*/handler.py")
)
# Slow to load. A function that asks the model loads all it uses in INIT; another only what it needs on every call.
HEAVY = ("anthropic", "bandit", "botocore", "jinja2", "numpy", "onnxruntime", "opensearchpy", "praw", "tokenizers")
LOADED_AT_IMPORT = {"market/cluster_problems": {"numpy"}}
FREE = {"botocore"}
"""DynamoDB's own: every function that keeps state needs it on every call."""

pytestmark = pytest.mark.xdist_group("infrastructure")

# As in Lambda: no site packages, no environment, the asset first, then the layers. `later` is only looked for.
PROGRAM = """
import importlib, importlib.util, json, sys
path, handler, later = json.loads(sys.argv[1])
sys.path[:0] = path
module = importlib.import_module(handler.rpartition(".")[0])
assert callable(getattr(module, handler.rpartition(".")[2]))
print(json.dumps([sorted(sys.modules), [name for name in later if importlib.util.find_spec(name) is None]]))
"""
# What each layer beside `common` is for.
PURPOSE = {
    "accounts": {"bcrypt", "email_validator", "jwt"},
    "llm": {"anthropic"},
    "reddit": {"praw"},
    "search": {"opensearchpy"},
    "factory": {"bandit", "jinja2", "ruff"},
    "embedder": {"onnxruntime", "tokenizers"},
}


@pytest.fixture(scope="module")
def functions() -> dict[str, Resource]:
    deployment = Deployment(build("aws", ROOT / ".build" / "tests" / "aws", layers="empty", checks=True))
    return {function.properties["Description"]: function for function in deployment.functions.values()}


@pytest.fixture(scope="module")
def layers_here() -> dict[str, Path]:
    return layer_builds.build("here")


def layers_of(function: Resource) -> list[str]:
    """Names, from the parameters that carry the versions' ARNs."""
    references = [
        layer["Ref"].removeprefix("SsmParameterValuemamlayers") for layer in function.raw["Properties"]["Layers"]
    ]
    return [next(name for name in LAYERS if reference.startswith(name)) for reference in references]


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_handler_imports_with_its_own_asset_and_layers_only_and_loads_what_it_should(
    folder: str, functions: dict[str, Resource], layers_here: dict[str, Path]
) -> None:
    function = functions[f"functions/{folder}"]
    asset = ROOT / ".build" / "functions" / folder.split("/")[1]
    path = [str(asset), *(str(layers_here[name] / "python") for name in layers_of(function))]
    told = json.dumps([path, function.properties["Handler"], sorted(third_party(folder))])
    done = subprocess.run(
        [sys.executable, "-S", "-E", "-X", f"pycache_prefix={BUILT / 'pycache'}", "-c", PROGRAM, told],
        capture_output=True,
        text=True,
        check=False,
        cwd=asset,
        env={"AWS_DEFAULT_REGION": "us-east-1", "PATH": ""},
    )

    assert done.returncode == 0, done.stderr
    loaded, missing = json.loads(done.stdout.splitlines()[-1])
    assert missing == [], "what the function imports later is in none of its layers"
    if "llm" in layers_of(function):
        assert third_party(folder) | adapters(folder) <= set(loaded), "a function that asks the model loads it in INIT"
    else:
        assert set(HEAVY) & set(loaded) - FREE <= LOADED_AT_IMPORT.get(folder, set())


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_function_has_no_layer_that_it_does_not_use(folder: str, functions: dict[str, Resource]) -> None:
    imported = third_party(folder)

    unused = [
        name
        for name in layers_of(functions[f"functions/{folder}"])
        if name != "common" and not PURPOSE[name] & imported
    ]

    assert unused == []


def test_bcrypt_is_where_passwords_or_keys_are_made_or_checked_and_nowhere_else() -> None:
    checked = {"accounts/change_email", "accounts/get_me", "accounts/login"}
    made = {"accounts/create_api_key", "accounts/register", "accounts/reset_password", "accounts/rotate_api_key"}

    assert {folder for folder in FOLDERS if "bcrypt" in third_party(folder)} == checked | made


@pytest.mark.parametrize("folder", FOLDERS)
def test_code_and_layers_fit_into_lambda(folder: str, functions: dict[str, Resource]) -> None:
    """As they are for the Lambda runtime; `python -m layers.build` fetches them."""
    names = layers_of(functions[f"functions/{folder}"])
    missing = [name for name in names if not is_built(LAYERS[name], "lambda")]
    if missing:
        pytest.skip("the layers are not built for Lambda: `.venv/bin/python -m layers.build` downloads and builds them")
    parts = [BUILT / "lambda" / name for name in names] + [ROOT / ".build" / "functions" / folder.split("/")[1]]

    assert sum(map(size, parts)) < UNZIPPED_LIMIT


@pytest.mark.parametrize("folder", FOLDERS)
def test_code_and_layers_fit_with_the_packages_of_this_machine(
    folder: str, functions: dict[str, Resource], layers_here: dict[str, Path]
) -> None:
    """Other wheels than Lambda's, of nearly the same size; these need no download."""
    parts = [layers_here[name] for name in layers_of(functions[f"functions/{folder}"])]

    assert sum(map(size, parts)) < UNZIPPED_LIMIT


def test_no_package_is_in_two_layers_of_a_function() -> None:
    """The later layer would overlay the earlier, at half the room each."""
    common = {package.name for package in locked(LAYERS["common"].lock)}

    assert {
        (name, package.name)
        for name, layer in LAYERS.items()
        if name != "common"
        for package in locked(layer.lock)
        if package.name in common
    } == set()


def test_layers_hold_the_versions_that_the_tests_run_with() -> None:
    everywhere = {(package.name, package.version) for package in locked(ROOT / "requirements.lock")}

    for layer in (*LAYERS.values(), AGENT_SDK):
        assert {(package.name, package.version) for package in locked(layer.lock)} <= everywhere, layer.name
