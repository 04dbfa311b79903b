"""A sample of `make proof`, so that every run of the tests shows one of each."""

from benchmarks.proof import cases
from local.embedded_cloud import EmbeddedCloud


def test_eighty_posts_make_opportunities_that_quote_them_and_a_second_scan_changes_nothing(
    embedded_cloud: EmbeddedCloud,
) -> None:
    facts = cases.scanning_holds(embedded_cloud, cases.sample(3))
    assert facts["posts"] == 80
    assert facts["opportunities"] > 0


def test_a_published_agent_answers_its_example_and_names_a_wrong_field(embedded_cloud: EmbeddedCloud) -> None:
    facts = cases.agents_answer(embedded_cloud, builds=1)
    assert facts == {"outcomes": {"published": 1}, "examples_answered": 1}


def test_a_malicious_model_ends_off_the_shelf(embedded_cloud: EmbeddedCloud) -> None:
    assert "published" not in cases.malice_publishes_nothing(embedded_cloud, builds=1)["outcomes"]
