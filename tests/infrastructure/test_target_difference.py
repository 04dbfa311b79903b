"""The local target differs from AWS in what is listed in target_difference.txt, and in nothing else."""

from dataclasses import replace

from tests.infrastructure.synthesized import Deployment
from tests.infrastructure.target_difference import FILE, differences, text


def test_only_what_is_listed_differs(aws: Deployment, local: Deployment) -> None:
    assert FILE.read_text() == text(aws, local), "stale: `make generated` writes it; then look at what changed"


def test_equal_templates_do_not_differ(aws: Deployment) -> None:
    assert list(differences(aws, replace(aws))) == []
