"""The handler of a state machine's stage: it reads the event into a model, writes the result from one, and sets the log
context.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, ValidationError

from shared.runtime.observability import logger

Request = TypeVar("Request", bound=BaseModel)
LambdaHandler = Callable[[dict[str, Any], LambdaContext], dict[str, Any]]

CORRELATION_FIELDS = ("scan_id", "build_id", "execution")
"""Each field holds the execution's name, except `execution`, which holds its ARN; the ARN ends in the name."""


class StageInputInvalid(Exception):
    """The state given to the stage does not have the required shape. The message names the field."""


def run_as_stage(request_type: type[Request]) -> Callable[[Callable[[Request], BaseModel]], LambdaHandler]:
    """Make a Lambda handler of `handle(request) -> result`.

    An exception keeps its class name, which Retry and Catch of the state machine match on.
    """

    def decorate(handle: Callable[[Request], BaseModel]) -> LambdaHandler:
        def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
            logger.clear_state()
            logger.set_correlation_id(_find_correlation_id(event))
            logger.append_keys(function=context.function_name, request=context.aws_request_id)
            try:
                result = handle(_parse(event, request_type))
            except Exception as error:
                logger.warning("stage failed", extra={"error": type(error).__name__, "reason": str(error)[:500]})
                raise
            logger.info("stage done")
            return result.model_dump(mode="json")

        return handler

    return decorate


def _parse(event: dict[str, Any], request_type: type[Request]) -> Request:
    try:
        return request_type.model_validate(event)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise StageInputInvalid(f"{request_type.__name__}.{where}: {first['msg']}") from error


def _find_correlation_id(event: dict[str, Any]) -> str:
    found = next((str(event[field]) for field in CORRELATION_FIELDS if event.get(field)), "none")
    return found.rpartition(":")[2]
