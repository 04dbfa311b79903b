"""A function as a CloudFormation custom resource: it always answers, and to the address that the request names.

A schedule calls the function with only the properties. Then there is nobody to answer, and a failure is raised.
"""

import json
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from shared.runtime.observability import logger

Work = Callable[[dict[str, Any]], Mapping[str, str]]
TIMEOUT_SECONDS = 20


def answer_custom_resource(work: Work) -> Callable[[dict[str, Any], LambdaContext], dict[str, Any]]:
    """Make a Lambda handler of `work(properties) -> data`, which runs on create and update; delete does
    nothing.

    A failure is reported to CloudFormation with its reason, so the deployment fails at once instead of after an hour.
    """

    def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        logger.append_keys(function=context.function_name)
        if "RequestType" not in event:
            logger.set_correlation_id("on schedule")
            return dict(work(event["ResourceProperties"]))
        logger.set_correlation_id(event.get("RequestId", "none"))
        answer = {
            "Status": "SUCCESS",
            "PhysicalResourceId": event.get("PhysicalResourceId") or event["LogicalResourceId"],
            "StackId": event["StackId"],
            "RequestId": event["RequestId"],
            "LogicalResourceId": event["LogicalResourceId"],
        }
        try:
            if event["RequestType"] != "Delete":
                answer["Data"] = dict(work(event["ResourceProperties"]))
        except Exception as error:
            logger.exception("custom resource failed")
            answer.update(Status="FAILED", Reason=f"{type(error).__name__}: {error}"[:1000])
        _send(event["ResponseURL"], answer)
        return answer

    return handler


def _send(url: str, answer: Mapping[str, Any]) -> None:
    request = urllib.request.Request(  # noqa: S310  the address is CloudFormation's own
        url, data=json.dumps(answer).encode(), method="PUT", headers={"Content-Type": ""}
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS):  # noqa: S310
        return
