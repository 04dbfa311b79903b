"""Lambda entry point. Only an operator invokes it, with `{"email": …, "role": "admin" | "customer"}`."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.accounts.set_role.role import RoleChange, change_role
from shared.runtime import wiring
from shared.runtime.observability import logger


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    logger.clear_state()
    logger.set_correlation_id(context.aws_request_id)
    user = change_role(RoleChange.model_validate(event), wiring.accounts.users(), wiring.accounts.sessions())
    logger.info("role set", extra={"account": user.user_id, "role": user.role.value})
    return {"account_id": user.user_id, "role": user.role.value}
