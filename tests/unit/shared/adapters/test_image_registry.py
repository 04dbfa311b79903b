"""Pushing to the agents' repository: what is missing, by digest, with ECR's credentials."""

import base64
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from shared.adapters.image_registry import ImageRegistry
from shared.adapters.oci_http import ImageNotFound, OciRepository, RegistryRefused, RegistryUnavailable
from shared.builds.image_layers import Entry, make_first_image, make_layer
from tests.fakes.oci_registry import FakeRegistry, digest

TOKEN = base64.b64encode(b"AWS:password").decode()
HOST = "123456789012.dkr.ecr.eu-central-1.amazonaws.com"
FILES = {"agent.py": b"1", "logic.py": b"2", "spec.json": b"{}"}


class FakeEcr:
    def __init__(self, endpoint: str = f"https://{HOST}", fails: bool = False) -> None:
        self.endpoint = endpoint
        self.fails = fails
        self.asked = 0
        self.scanned: list[dict[str, Any]] = []

    def start_image_scan(self, **request: Any) -> None:
        """Once a day for an image, as ECR has it."""
        if self.fails:
            raise EndpointConnectionError(endpoint_url="https://ecr")
        if request in self.scanned:
            raise ClientError({"Error": {"Code": "LimitExceededException", "Message": "once a day"}}, "StartImageScan")
        self.scanned.append(request)

    def get_authorization_token(self) -> Any:
        self.asked += 1
        if self.fails:
            raise EndpointConnectionError(endpoint_url="https://ecr")
        return {"authorizationData": [{"authorizationToken": TOKEN, "proxyEndpoint": self.endpoint}]}


@pytest.fixture(
    params=[{}, {"absolute_locations": True}, {"redirect_blobs": True}], ids=lambda habits: str(list(habits))
)
def server(request: pytest.FixtureRequest) -> Iterator[FakeRegistry]:
    with FakeRegistry(authorization=f"Basic {TOKEN}", **request.param) as running:
        yield running


def registry(server: FakeRegistry, ecr: FakeEcr | None = None) -> ImageRegistry:
    return ImageRegistry(repository="agents", registry_url=server.url, ecr=ecr or FakeEcr())  # type: ignore[arg-type]


def with_base(server: FakeRegistry) -> ImageRegistry:
    image = make_first_image([make_layer({"bin/python": Entry(b"1")})], architecture="arm64", settings={})
    opened = registry(server)
    opened.push(image, tags=("base",))
    return opened


def test_an_agents_image_is_pushed_by_digest(server: FakeRegistry) -> None:
    pushed = with_base(server).append_and_push(FILES)
    assert pushed.uri == f"{HOST}/agents@{pushed.digest}"
    assert digest(server.manifests[pushed.digest]) == pushed.digest
    assert list(server.tags) == ["base"]


def test_the_same_files_are_the_same_image_and_move_no_bytes(server: FakeRegistry) -> None:
    opened = with_base(server)
    first = opened.append_and_push(FILES)
    asked = len(server.requests)
    again = opened.append_and_push(dict(reversed(FILES.items())))
    assert (again.digest, again.uploaded_bytes) == (first.digest, 0)
    assert not [line for line in server.requests[asked:] if line.startswith(("POST", "PUT", "PATCH"))]


def test_only_missing_blobs_are_uploaded(server: FakeRegistry) -> None:
    opened = with_base(server)
    base_layers = len([line for line in server.requests if line.startswith("POST")])
    opened.append_and_push(FILES)
    assert len([line for line in server.requests if line.startswith("POST")]) == base_layers + 2  # code and config


def test_credentials_do_not_follow_a_redirect_to_another_host(server: FakeRegistry) -> None:
    with_base(server).append_and_push(FILES)
    assert all("Authorization" not in headers for headers in server.redirected)
    assert bool(server.redirected) == server.redirect_blobs


def test_one_token_is_used_for_many_images(server: FakeRegistry) -> None:
    ecr = FakeEcr()
    opened = registry(server, ecr)
    opened.push(make_first_image([], architecture="arm64", settings={}), tags=("base",))
    opened.append_and_push(FILES)
    opened.append_and_push({"agent.py": b"other"})
    assert ecr.asked == 1


def test_without_a_base_the_image_is_not_found(server: FakeRegistry) -> None:
    with pytest.raises(ImageNotFound, match="manifests/base"):
        registry(server).append_and_push(FILES)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_registry_in_trouble_is_worth_a_retry(server: FakeRegistry, status: int) -> None:
    opened = with_base(server)
    server.status = status
    with pytest.raises(RegistryUnavailable, match=str(status)):
        opened.append_and_push(FILES)


def test_no_registry_and_no_ecr_are_worth_a_retry(server: FakeRegistry) -> None:
    with pytest.raises(RegistryUnavailable, match="does not answer"):
        ImageRegistry(repository="agents", registry_url="http://127.0.0.1:9", ecr=FakeEcr()).append_and_push(FILES)  # type: ignore[arg-type]
    with pytest.raises(RegistryUnavailable, match="no authorization"):
        registry(server, FakeEcr(fails=True)).append_and_push(FILES)


def test_a_refusal_is_not_worth_a_retry(server: FakeRegistry) -> None:
    server.authorization = "Basic something-else"
    with pytest.raises(RegistryRefused, match="UNAUTHORIZED"):
        registry(server).append_and_push(FILES)


def test_without_an_override_the_address_is_ecrs_own(server: FakeRegistry) -> None:
    ecr = FakeEcr(endpoint=server.url)
    opened = ImageRegistry(repository="agents", ecr=ecr)  # type: ignore[arg-type]
    pushed = opened.push(make_first_image([], architecture="arm64", settings={}))
    assert pushed.uri.startswith(server.url.removeprefix("http://"))


def test_bytes_that_are_not_what_the_digest_names_are_refused(server: FakeRegistry) -> None:
    data = b"blob"
    name = server.put_blob(data)
    server.broken[name] = b"other"
    with pytest.raises(RegistryRefused, match="other bytes"):
        OciRepository(server.url, "agents", f"Basic {TOKEN}").blob(name)


def test_an_image_that_is_there_gets_a_tag_once_and_no_byte_of_it_moves(server: FakeRegistry) -> None:
    opened = with_base(server)
    server.immutable = True
    pushed = opened.append_and_push(FILES)
    before = dict(server.manifests)
    asked = len(server.requests)
    for _ in range(3):
        opened.keep(pushed.digest, "price-watch-v1")
    assert server.tags == {"base": server.tags["base"], "price-watch-v1": pushed.digest}
    assert server.manifests == before
    writes = [line for line in server.requests[asked:] if not line.startswith("GET")]
    assert writes == ["PUT /v2/agents/manifests/price-watch-v1"]


def test_who_tags_an_image_at_the_same_time_as_another_is_done_too(
    server: FakeRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = with_base(server)
    server.immutable = True
    pushed = opened.append_and_push(FILES)
    put = OciRepository.put_manifest

    def after_another(self: OciRepository, data: bytes, reference: str) -> None:
        server.tags[reference] = pushed.digest
        put(self, data, reference)

    monkeypatch.setattr(OciRepository, "put_manifest", after_another)
    opened.keep(pushed.digest, "price-watch-v1")
    server.tags["other-v1"] = server.tags["base"]
    with pytest.raises(RegistryRefused, match="is that of"):
        opened.keep(pushed.digest, "other-v1")


def test_an_image_that_is_not_there_gets_no_tag(server: FakeRegistry) -> None:
    opened = with_base(server)
    with pytest.raises(ImageNotFound):
        opened.keep("sha256:" + "0" * 64, "price-watch-v1")
    assert list(server.tags) == ["base"]


def test_an_image_names_the_base_it_was_built_on_and_the_next_is_built_on_the_newest(server: FakeRegistry) -> None:
    opened = with_base(server)
    first = opened.append_and_push(FILES)
    newer = opened.push(
        make_first_image([make_layer({"bin/python": Entry(b"2")})], architecture="arm64", settings={}), tags=("base",)
    )

    second = opened.append_and_push(FILES)

    assert first.base_digest not in {None, newer.digest}
    assert second.base_digest == newer.digest == server.tags["base"]
    assert second.digest != first.digest


def test_the_registry_is_asked_to_look_for_flaws_and_says_when_it_has_today(server: FakeRegistry) -> None:
    ecr = FakeEcr()
    opened = registry(server, ecr)

    assert [opened.scan("base"), opened.scan("base")] == ["started", "LimitExceededException"]
    assert ecr.scanned == [{"repositoryName": "agents", "imageId": {"imageTag": "base"}}]
    assert registry(server, FakeEcr(fails=True)).scan("base") == "EndpointConnectionError"
