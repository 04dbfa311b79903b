"""Task definitions: what ECS asks of one for Fargate, and that an agent's really is as closed as it has to be on
AWS."""

import re
import time
from typing import Any

from local.fargate.ecs_errors import EcsError, InvalidParameter
from local.fargate.records import Record, arn

_FAMILY = re.compile(r"^[A-Za-z0-9_-]{1,255}$")
_MEMORY_OF_CPU = {
    "256": range(512, 2049, 512),
    "512": range(1024, 4097, 1024),
    "1024": range(2048, 8193, 1024),
}


def registered(request: Record, revision: int) -> Record:
    """The definition as ECS would store it. Raises what ECS raises for one that Fargate does not take."""
    family = str(request.get("family", ""))
    if not _FAMILY.match(family):
        raise EcsError("Family contains invalid characters.")
    if "FARGATE" not in request.get("requiresCompatibilities", []) or request.get("networkMode") != "awsvpc":
        raise EcsError("Fargate requires requiresCompatibilities FARGATE and networkMode awsvpc.")
    if not request.get("executionRoleArn"):
        raise EcsError("Fargate requires task definition to have execution role ARN to support ECR images.")
    _check_size(str(request.get("cpu", "")), str(request.get("memory", "")))
    containers = request.get("containerDefinitions", [])
    if len(containers) != 1:
        raise InvalidParameter("An agent's task has one container")
    _check_container(containers[0])
    if request.get("taskRoleArn"):
        raise InvalidParameter("An agent's task has no role")
    return {
        **request,
        "revision": revision,
        "status": "ACTIVE",
        "taskDefinitionArn": arn("task-definition", f"{family}:{revision}"),
        "compatibilities": ["EC2", "FARGATE"],
        "registeredAt": time.time(),
    }


def _check_size(cpu: str, memory: str) -> None:
    if cpu not in _MEMORY_OF_CPU or not memory.isdigit() or int(memory) not in _MEMORY_OF_CPU[cpu]:
        raise EcsError(f"No Fargate configuration exists for given values: {cpu} CPU, {memory} memory.")


def _check_container(container: dict[str, Any]) -> None:
    if not container.get("name") or not container.get("image"):
        raise EcsError("Container.name and Container.image should not be null or empty.")
    if container.get("privileged") or container.get("linuxParameters", {}).get("capabilities", {}).get("add"):
        raise EcsError("Fargate containers have no privileges to give.")
    if not container.get("readonlyRootFilesystem"):
        raise InvalidParameter("An agent's container has a read-only root file system")


def environment_of(container: Record, overrides: Record) -> dict[str, str]:
    """A task's own: the definition's, changed by what RunTask overrides."""
    environment = {pair["name"]: pair["value"] for pair in container.get("environment", [])}
    for override in overrides.get("containerOverrides", []):
        if override.get("name") != container["name"]:
            raise InvalidParameter(
                f"Override for container named {override.get('name')} is not a container in the definition."
            )
        if override.get("command"):
            raise InvalidParameter("A command cannot be overridden here: a task runs its image's agent")
        environment.update({pair["name"]: pair["value"] for pair in override.get("environment", [])})
    return environment
