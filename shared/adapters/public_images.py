"""Public images of Amazon ECR's public gallery, read without an account."""

import json

import urllib3

from shared.adapters.oci_http import OciRepository, RegistryUnavailable

GALLERY = "https://public.ecr.aws"
PYTHON = "docker/library/python"


def public_images(repository: str = PYTHON) -> OciRepository:
    """The repository, with a token valid long enough for a deployment of a few minutes. Raises RegistryUnavailable."""
    http = urllib3.PoolManager(timeout=urllib3.Timeout(connect=3, read=60))
    scope = {"service": "public.ecr.aws", "scope": f"repository:{repository}:pull"}
    try:
        answer = http.request("GET", f"{GALLERY}/token/", fields=scope, retries=2)
        token = str(json.loads(answer.data)["token"])
    except (urllib3.exceptions.HTTPError, ValueError, KeyError) as error:
        raise RegistryUnavailable(f"{GALLERY} gives no token: {error}") from error
    return OciRepository(GALLERY, repository, f"Bearer {token}")
