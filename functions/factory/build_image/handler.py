from functions.factory.build_image.image import build_image
from shared.builds.build import Build
from shared.runtime import wiring
from shared.runtime.observability import logger
from shared.runtime.stage import run_as_stage


@run_as_stage(Build)
def handler(build: Build) -> Build:
    built, image = build_image(build, artifacts=wiring.platform.artifacts(), registry=wiring.factory.image_registry())
    logger.info("image pushed", extra={"image": image.uri, "uploaded_bytes": image.uploaded_bytes})
    return built
