"""AWS's service descriptions, parsed once in the zygote: some ten megabytes that every environment would read again.

botocore gives each session a loader of its own. Here all sessions get the same one, already filled; what it returns is
read only, as it is between the clients of one session.
"""

import contextlib
from typing import Any

SERVICES = ("dynamodb", "s3", "sqs", "secretsmanager", "lambda", "ecs", "ecr", "ssm", "sts")
MODELS = ("service-2", "endpoint-rule-set-1")
DATA = ("endpoints", "partitions", "_retry", "sdk-default-configuration")


def share_models() -> None:
    import botocore.session
    from botocore.exceptions import UnknownServiceError
    from botocore.loaders import Loader, create_loader

    loader: Any = create_loader(None)
    for name in DATA:
        loader.load_data(name)
    for service in SERVICES:
        for model in MODELS:
            with contextlib.suppress(UnknownServiceError):
                loader.load_service_model(service, model)

    def shared_loader(search_path: str | None = None) -> Loader:
        return create_loader(search_path) if search_path else loader

    botocore.session.create_loader = shared_loader
