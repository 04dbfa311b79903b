"""A bundle becomes an image by its digest; anything that is not a bundle becomes nothing."""

from typing import Any

import pytest

from functions.factory.build_image.image import BundleInvalid, build_image
from shared.adapters.artifacts import ArtifactMissing
from shared.builds.build import Next
from tests.fakes.agent_specs import a_build
from tests.fakes.artifacts import FakeArtifacts
from tests.fakes.factory import SAMPLE_BASE, FakeRegistry

BUNDLE = {"agent.py": "async def run(): ...", "logic.py": "x = 'é'", "spec.json": "{}"}


def test_the_same_bundle_is_the_same_image() -> None:
    artifacts = FakeArtifacts()
    build = a_build(code_key=artifacts.put_json("code.json", BUNDLE), next=Next.BUILD_IMAGE)
    built, image = build_image(build, artifacts=artifacts, registry=FakeRegistry())
    assert (built.image_digest, built.next) == (image.digest, Next.TEST_AGENT)
    assert built.base_digest == SAMPLE_BASE.manifest.digest
    assert build_image(build, artifacts=artifacts, registry=FakeRegistry())[0] == built


@pytest.mark.parametrize(
    "document",
    [
        {},
        [],
        None,
        "text",
        {**BUNDLE, "../etc/passwd": "x"},
        {name: text for name, text in BUNDLE.items() if name != "logic.py"},
        {**BUNDLE, "logic.py": 5},
    ],
)
def test_anything_else_is_refused(document: Any) -> None:
    artifacts = FakeArtifacts()
    build = a_build(code_key=artifacts.put_json("code.json", document))
    with pytest.raises(BundleInvalid):
        build_image(build, artifacts=artifacts, registry=FakeRegistry())


def test_a_build_without_code_is_refused() -> None:
    with pytest.raises(BundleInvalid):
        build_image(a_build(), artifacts=FakeArtifacts(), registry=FakeRegistry())
    with pytest.raises(ArtifactMissing):
        build_image(a_build(code_key="gone.json"), artifacts=FakeArtifacts(), registry=FakeRegistry())
