"""What a certificate carries, and that it is about exactly these bytes."""

from shared.builds.certificate import (
    RECORDED_BYTES,
    Certificate,
    certify_problems,
    check_permissions,
    choose_carried_runs,
    gather_evidence,
    hash_sha256,
    make_digests,
)
from shared.builds.report import ExampleRun
from shared.catalogue.listing import ListingDetail
from shared.specs.spec import Capabilities
from tests.fakes.factory import Factory
from tests.fakes.leases import an_opportunity
from tests.fakes.reports import a_report


def a_run(name: str, size: int) -> ExampleRun:
    return ExampleRun(name=name, input={"text": "x" * size}, output={"n": 1}, recorded=())


def test_recorded_runs_are_carried_as_far_as_they_fit_in_their_own_order() -> None:
    small = [a_run("b", 1_000), a_run("a", 2_000)]
    assert choose_carried_runs(small) == tuple(small)
    huge = a_run("huge", RECORDED_BYTES)
    assert choose_carried_runs([huge, *small]) == tuple(small)
    halves = [a_run(name, RECORDED_BYTES // 2) for name in "abc"]
    assert [run.name for run in choose_carried_runs(halves)] == ["a"]
    assert choose_carried_runs([huge]) == ()


def test_digests_tell_any_change() -> None:
    files = {"agent.py": "a", "logic.py": "b", "spec.json": "{}"}
    made = make_digests("name: x\n", files, "sha256:1", a_report())
    assert made == make_digests("name: x\n", dict(reversed(files.items())), "sha256:1", a_report())
    assert made.spec_sha256 == hash_sha256(b"name: x\n")
    assert made.files_sha256["logic.py"] == hash_sha256(b"b")
    assert make_digests("name: x\n", files, "sha256:1", a_report(), base="sha256:0").base == "sha256:0"
    assert make_digests("name: y\n", files, "sha256:1", a_report()).spec_sha256 != made.spec_sha256
    assert make_digests("name: x\n", files, "sha256:1", a_report(examples=4)).report_sha256 != made.report_sha256


def test_evidence_names_every_quote_with_its_post_and_time() -> None:
    opportunity = an_opportunity()
    (shown,) = gather_evidence(opportunity).opportunities
    assert (shown.title, shown.voices) == (opportunity.title, opportunity.frequency.voices)
    assert [problem.quote for problem in shown.problems] == [problem.quote for problem in opportunity.problems]
    assert shown.problems[0].date.timestamp() == opportunity.problems[0].created_utc
    for problem, stored in zip(shown.problems, opportunity.problems, strict=True):
        assert (problem.source, problem.url) == (stored.source, stored.url)
    certified = certify_problems(opportunity)
    assert [problem.quote_sha256 for problem in certified] == [
        hash_sha256(problem.quote.encode()) for problem in opportunity.problems
    ]


def test_the_runs_of_a_certificate_keep_to_what_it_allows_and_the_listing_to_the_certificate() -> None:
    factory = Factory()
    factory.run()
    [row] = factory.agents.rows.values()
    certificate = factory.artifacts.get_model(row.certificate_key or "", Certificate)
    listed = factory.artifacts.get_model(row.detail_key or "", ListingDetail).capabilities
    assert check_permissions(certificate, listed) == []
    more = listed.model_copy(update={"budgets": listed.budgets.model_copy(update={"llm_calls": 99})})
    assert check_permissions(certificate, more) == ["the listing allows something else than was certified"]
    nothing = certificate.model_copy(update={"capabilities": Capabilities()})
    found = check_permissions(nothing, Capabilities())
    assert any("it used fetch, which is not allowed" in one for one in found)
    few = listed.model_copy(update={"budgets": listed.budgets.model_copy(update={"fetches": 0})})
    strict = check_permissions(certificate.model_copy(update={"capabilities": few}), few)
    assert any("it used 1 fetches, which is not allowed" in one for one in strict)
