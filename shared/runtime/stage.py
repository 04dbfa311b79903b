"""How a stage of a state machine behaves: event in, model in, model out, result out, one log context."""

from collections.abc import Callable
from typing import Any, TypeVar

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, ValidationError

from shared.runtime.observability import logger

Request = TypeVar("Request", bound=BaseModel)
LambdaHandler = Callable[[dict[str, Any], LambdaContext], dict[str, Any]]

CORRELATION_FIELDS = ("scan_id", "build_id", "execution")
"""Each holds the name of the execution; `execution` its ARN, which ends in the name."""


class StageInputInvalid(Exception):
    """The state that reached the stage does not have the stage's shape; the message names the field."""


def run_as_stage(request_type: type[Request]) -> Callable[[Callable[[Request], BaseModel]], LambdaHandler]:
    """Make a Lambda handler of `handle(request) -> result`.

    An exception leaves under its own class name, which is what Retry and Catch of the state machine match on.
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
