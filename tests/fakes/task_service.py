"""ECS and the forwarding function as the product sees them over HTTP, without a container: a task is an agent's code in
this process. Answers the two services' own protocols.
"""

import json
import time
from collections.abc import Callable

from pydantic import TypeAdapter
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from shared.specs.effects import EffectResult, Reply
from shared.values import Json

Agent = Callable[[str, Json, list[EffectResult]], Reply]

_RESULTS: TypeAdapter[list[EffectResult]] = TypeAdapter(list[EffectResult])


class TaskService:
    """`app` answers; `tasks` are those that run, by their ARN. A task definition exists once it was registered.

    `agent` may be replaced; `strangers` is how many calls from now on reach another task than was meant.
    """

    def __init__(self, agent: Agent) -> None:
        self.agent = agent
        self.strangers = 0
        self._families: set[str] = set()
        self.tasks: dict[str, Json] = {}
        self.app = Starlette(
            routes=[
                Route("/", self._ecs, methods=["POST"]),
                Route("/2015-03-31/functions/{name}/invocations", self._invoke, methods=["POST"]),
            ]
        )

    def forget_definitions(self) -> None:
        self._families.clear()

    def add_task(self, task_id: str) -> str:
        arn = f"arn:aws:ecs:us-east-1:000000000000:task/mam-agents/{task_id}"
        details = [{"name": "privateIPv4Address", "value": "127.64.0.1"}]
        self.tasks[arn] = {
            "taskArn": arn,
            "lastStatus": "RUNNING",
            "createdAt": time.time() - 1_000,
            "attachments": [{"type": "ElasticNetworkInterface", "details": details}],
        }
        return arn

    async def _ecs(self, request: Request) -> Response:
        operation = request.headers["x-amz-target"].rpartition(".")[2]
        asked = await request.json()
        match operation:
            case "RegisterTaskDefinition":
                self._families.add(asked["family"])
                return JSONResponse({"taskDefinition": {"family": asked["family"]}})
            case "RunTask" if asked["taskDefinition"] not in self._families:
                return JSONResponse({"__type": "ClientException", "message": "TaskDefinition not found."}, 400)
            case "RunTask":
                return JSONResponse({"tasks": [self.tasks[self.add_task(f"task-{len(self.tasks)}")]], "failures": []})
            case "DescribeTasks":
                return JSONResponse({"tasks": [self.tasks[arn] for arn in asked["tasks"] if arn in self.tasks]})
            case "DescribeClusters":
                return JSONResponse(
                    {"clusters": [{"clusterName": name, "status": "ACTIVE"} for name in asked["clusters"]]}
                )
            case "ListTasks":
                return JSONResponse({"taskArns": list(self.tasks)})
            case "StopTask":
                self.tasks.pop(asked["task"], None)
                return JSONResponse({"task": {}})
            case _:
                return JSONResponse({"__type": "ClientException", "message": f"{operation} is not faked"}, 400)

    async def _invoke(self, request: Request) -> Response:
        forwarded = await request.json()
        if forwarded["path"] == "/health":
            return JSONResponse({"status": 200, "body": "{}"})
        body = json.loads(forwarded["body"])
        # What a result answers is for the SDK's own replay to check, which is not run here.
        plain = [{key: value for key, value in result.items() if key != "asked"} for result in body["results"]]
        results = _RESULTS.validate_python(plain)
        if self.strangers:
            self.strangers -= 1
            return JSONResponse({"status": 403, "body": "{}"})
        reply = await run_in_threadpool(self.agent, body["run_id"], body["input"], results)
        return JSONResponse({"status": 200, "body": reply.model_dump_json()})
