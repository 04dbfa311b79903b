"""What differs between the templates of the two targets: target_difference.txt, kept beside this module.

`make generated` writes it; a change of it is to be looked at like one of the code.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shared.values import Json
from tests.infrastructure.synthesized import Deployment

FILE = Path(__file__).with_suffix(".txt")
# The name of an asset's content: both targets stage the same folders.
IGNORED = (".Code.S3Key",)


def differences(aws: Deployment, local: Deployment) -> Iterator[str]:
    for stack in sorted(aws.templates.keys() | local.templates.keys()):
        if stack not in local.templates:
            yield f"{stack}: not deployed"
        elif stack not in aws.templates:
            yield f"{stack}: only deployed locally"
        else:
            yield from _of_stack(stack, aws.templates[stack], local.templates[stack])


def _of_stack(stack: str, aws: Json, local: Json) -> Iterator[str]:
    for section in ("Parameters", "Outputs"):
        yield from _sets(f"{stack} {section}", aws.get(section, {}).keys(), local.get(section, {}).keys())
    there, here = aws["Resources"], local["Resources"]
    yield from _kinds(stack, "not deployed", [there[key] for key in there.keys() - here.keys()])
    yield from _kinds(stack, "only deployed locally", [here[key] for key in here.keys() - there.keys()])
    changed: dict[str, int] = {}
    for key in sorted(there.keys() & here.keys()):
        for path in _paths(there[key].get("Properties", {}), here[key].get("Properties", {}), ""):
            line = f"{stack} {there[key]['Type']}{path}"
            changed[line] = changed.get(line, 0) + 1
    yield from (f"{line} differs ({count})" for line, count in sorted(changed.items()))


def _kinds(stack: str, what: str, resources: list[Json]) -> Iterator[str]:
    counts: dict[str, int] = {}
    for resource in resources:
        counts[resource["Type"]] = counts.get(resource["Type"], 0) + 1
    yield from (f"{stack} {kind}: {what} ({count})" for kind, count in sorted(counts.items()))


def _sets(name: str, aws: Any, local: Any) -> Iterator[str]:
    if aws - local:
        yield f"{name}: {len(aws - local)} only on AWS"
    if local - aws:
        yield f"{name}: {len(local - aws)} only locally"


def _paths(aws: Json, local: Json, path: str) -> Iterator[str]:
    """Down to the property that differs; lists and policies are compared whole."""
    if aws == local or path.endswith(IGNORED):
        return
    if isinstance(aws, dict) and isinstance(local, dict) and not any(key.startswith("Fn::") for key in aws | local):
        for key in sorted(aws.keys() | local.keys()):
            yield from _paths(aws.get(key), local.get(key), f"{path}.{key}")
    else:
        yield path


def text(aws: Deployment, local: Deployment) -> str:
    """The file as it should be: what people wrote at its beginning stays."""
    return "\n".join([*introduction(), "", *differences(aws, local)]) + "\n"


def introduction() -> list[str]:
    return [line for line in FILE.read_text().splitlines() if line.startswith("#")]
