"""Rules of the source that no linter knows: short modules and functions, names that say something, one class a name."""

import ast
import subprocess
from collections import defaultdict
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[2]
PRODUCT = ("functions", "shared")
EVERYTHING = (*PRODUCT, "infra_cdk", "layers", "local", "benchmarks")
LONGEST_MODULE = 300
LONGEST_MEDIAN = 8
SAYS_NOTHING = {"common", "helper", "helpers", "misc", "stuff", "util", "utils"}


def sources(*folders: str) -> list[Path]:
    """Tracked files and new ones; what .gitignore names (virtual environment, build output) is nobody's source."""
    command = ["git", "ls-files", "-co", "--exclude-standard", *folders]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout.splitlines()
    return [ROOT / name for name in listed if name.endswith(".py") and (ROOT / name).is_file()]


def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("folder", EVERYTHING)
def test_no_module_is_too_long_to_read_at_once(folder: str) -> None:
    lengths = {str(file.relative_to(ROOT)): len(file.read_text().splitlines()) for file in sources(folder)}
    assert lengths
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_MODULE} == {}


@pytest.mark.parametrize("folder", PRODUCT)
def test_functions_are_short(folder: str) -> None:
    lengths = [
        (node.end_lineno or 0) - node.lineno + 1
        for file in sources(folder)
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert lengths
    assert median(lengths) <= LONGEST_MEDIAN


def test_names_of_files_and_folders_say_something() -> None:
    names = {
        part.removesuffix(".py") for file in sources(*EVERYTHING, "tests") for part in file.relative_to(ROOT).parts
    }
    assert not names & (SAYS_NOTHING - {"common"}), "common is the name of a layer"
    assert [file for file in sources(*EVERYTHING) if file.stem == "common"] == []


def test_no_two_classes_of_the_product_share_a_name() -> None:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for file in sources(*PRODUCT):
        for node in parsed(file).body:
            if isinstance(node, ast.ClassDef):
                found[node.name].append(str(file.relative_to(ROOT)))
    assert found
    assert {name: files for name, files in found.items() if len(files) > 1} == {}


MADE = ("property", "classmethod", "validator", "serializer")
VERBS_IN_ED = {"embed", "feed", "need", "proceed", "succeed"}
CONTEXTS = {"claimed"}
"""`with cluster.claimed(agent)` reads as what holds inside."""


def test_functions_are_named_after_what_they_do() -> None:
    """A bare participle (`shown`, `placed`) says neither what is done nor what is given. Properties are values, and
    wiring holds the parts of the system under their names.
    """
    functions = [
        (file, node)
        for file in sources(*PRODUCT)
        if "wiring" not in file.parts and "examples" not in file.parts
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and not any(made in ast.unparse(decorator) for decorator in node.decorator_list for made in MADE)
    ]
    assert len(functions) > 1000
    assert {
        f"{file.relative_to(ROOT)}: {node.name}"
        for file, node in functions
        if node.name.strip("_").split("_")[0].endswith("ed") and node.name.strip("_") not in VERBS_IN_ED | CONTEXTS
    } == set()
