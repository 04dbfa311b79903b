from typing import Any

from functions.platform.prepare_base_image.prepare import prepare_base_image
from shared.runtime import wiring
from shared.runtime.custom_resource import custom_resource


@custom_resource
def handler(properties: dict[str, Any]) -> dict[str, str]:
    """Properties: SourceTag, Architecture (amd64 or arm64), SdkBucket, SdkKey."""
    digest = prepare_base_image(
        wiring.platform.public_python_images(),
        properties["SourceTag"],
        wiring.factory.image_registry(),
        wiring.platform.deployment_assets().read(properties["SdkBucket"], properties["SdkKey"]),
        properties["Architecture"],
    )
    return {"Digest": digest}
