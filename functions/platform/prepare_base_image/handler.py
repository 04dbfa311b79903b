from typing import Any

from functions.platform.prepare_base_image.prepare import prepare_base_image
from shared.adapters.image_registry import BASE_TAG
from shared.runtime import wiring
from shared.runtime.custom_resource import answer_custom_resource
from shared.runtime.observability import logger


@answer_custom_resource
def handler(properties: dict[str, Any]) -> dict[str, str]:
    """Properties: SourceTag, Architecture (amd64 or arm64), SdkBucket, SdkKey. Called when a deployment changes
    them, and on a schedule, because the public image gets fixes and new flaws become known."""
    registry = wiring.factory.image_registry()
    digest = prepare_base_image(
        wiring.platform.public_python_images(),
        properties["SourceTag"],
        registry,
        wiring.platform.deployment_assets().read(properties["SdkBucket"], properties["SdkKey"]),
        properties["Architecture"],
    )
    scan = registry.scan(BASE_TAG)
    logger.info("base image prepared", extra={"digest": digest, "scan": scan})
    return {"Digest": digest}
