"""The agents' base image: a public Python image, copied layer by layer, with the SDK on top. No Docker, no build."""

import io
import zipfile

from shared.adapters.image_registry import BASE_TAG, ImageRegistry
from shared.adapters.oci_http import OciRepository
from shared.builds.base_image import PACKAGES, make_container_settings
from shared.builds.image_layers import Entry, append, choose_manifest, is_index, make_layer, read_config, read_layers


class SdkUnusable(Exception):
    """The SDK's asset does not have the form in which a deployment packs it."""


def prepare_base_image(source: OciRepository, tag: str, target: ImageRegistry, sdk: bytes, architecture: str) -> str:
    """Push the base image to `target` under the tag `base` and return its digest. Repeating it transfers no bytes.

    `sdk`: a zip of the content of the image's package folder, for this `architecture` (amd64 or arm64).
    Raises RegistryUnavailable, ImageNotFound, SdkUnusable.
    """
    manifest = source.manifest(tag)
    if is_index(manifest):
        manifest = source.manifest(choose_manifest(manifest, architecture))
    repository = target.repository()
    for descriptor in read_layers(manifest):
        if not repository.has_blob(descriptor["digest"]):
            repository.put_blob(source.blob(descriptor["digest"]))
    config = source.blob(read_config(manifest)["digest"])
    image = append(manifest, config, [make_layer(read_sdk_files(sdk))], settings=make_container_settings())
    return target.push(image, tags=(BASE_TAG,)).digest


def read_sdk_files(packed: bytes) -> dict[str, Entry]:
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            names = [name for name in archive.namelist() if not name.endswith("/")]
            files = {f"{PACKAGES}/{name}": Entry(archive.read(name), _choose_mode(name)) for name in names}
    except zipfile.BadZipFile as wrong:
        raise SdkUnusable("the asset with the SDK is not a zip file") from wrong
    if f"{PACKAGES}/mam_agent/__main__.py" not in files:
        raise SdkUnusable("the asset with the SDK has no mam_agent/__main__.py")
    return files


def _choose_mode(name: str) -> int:
    return 0o755 if ".so" in name.rpartition("/")[2] else 0o644
