"""Rows of other sources are not read half."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from local.deployer.stored_shape import ShapeChanged, keep_shape, product_models, refuse_other_shape, shape_of

ROWS = {"AgentItem": {"slug": "S#", "version": "N"}}


@pytest.fixture
def ssm() -> Iterator[Any]:
    with mock_aws():
        yield boto3.client("ssm", region_name="us-east-1")


def test_a_state_of_these_sources_is_taken_and_one_of_others_is_refused_with_the_way_out(ssm: Any) -> None:
    keep_shape(ssm, shape_of(ROWS))
    refuse_other_shape(ssm, shape_of(ROWS), Path("/s"))
    other = {"AgentItem": {**ROWS["AgentItem"], "status": "S"}}
    with pytest.raises(ShapeChanged, match=r"/s holds rows of another version.*make down.*make up"):
        refuse_other_shape(ssm, shape_of(other), Path("/s"))


def test_a_state_from_before_shapes_were_kept_is_refused(ssm: Any) -> None:
    with pytest.raises(ShapeChanged):
        refuse_other_shape(ssm, shape_of(ROWS), Path("/s"))


def test_every_table_of_the_product_has_a_shape_with_its_key() -> None:
    models = product_models()
    assert {"AgentItem", "ProblemItem", "OpportunityItem", "RunItem"} <= models.keys()
    assert all(any(kind.endswith("#") for kind in required.values()) for required in models.values())
    assert shape_of(models) == shape_of(dict(reversed(models.items())))
