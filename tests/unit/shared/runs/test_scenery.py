"""The test world: the same for one seed, another for the next, and nothing in it that only tests have."""

import re
from datetime import UTC, datetime, timedelta

from shared.runs.pages import write_failing_page, write_page
from shared.runs.scenery import EARLIEST, LATEST, Scenery, list_forms, write_mail
from tests.fakes.sceneries import a_scenery

URLS = [f"https://{host}/{path}" for host in ("shop.test", "a.org") for path in ("", "plans", "feed", "api.json")]
TELLS = re.compile(r"sample|lorem|example|\btest\b|canary|dummy|placeholder|foo\b", re.IGNORECASE)


def pages(seed: str, **more: object) -> list[str]:
    scenery = a_scenery(seed)
    return [str(write_page(url, scenery, scenery.moment(url), **more)["text"]) for url in URLS]  # type: ignore[arg-type]


def test_drawn_sceneries_differ_and_begin_now() -> None:
    now = datetime(2030, 5, 6, 7, 8, 9, 99, tzinfo=UTC)
    one, other = Scenery.drawn(now), Scenery.drawn(now)
    assert one.seed != other.seed
    assert abs(one.drawn_at - now) < timedelta(seconds=1)


def test_one_seed_is_one_world_and_another_seed_another() -> None:
    assert pages("a") == pages("a")
    assert not set(pages("a")) & set(pages("b"))


def test_runs_happen_at_times_of_their_own_now_and_years_ahead() -> None:
    moments = [
        a_scenery(str(seed)).moment(f"case {case}") - a_scenery().drawn_at for seed in range(20) for case in range(9)
    ]
    assert len(set(moments)) == len(moments)
    assert min(moments) >= -EARLIEST - timedelta(days=1)
    assert timedelta(days=600) < max(moments) <= LATEST + timedelta(days=1)
    assert sum(moment < timedelta(days=90) for moment in moments) > 30


def test_the_times_of_a_test_meet_every_part_of_a_week_and_the_days_that_calendars_know() -> None:
    for seed in range(20):
        scenery = a_scenery(str(seed))
        times = scenery.times()
        assert times == scenery.times()
        assert len({(one.weekday(), one.hour // 6) for one in times}) == 28
        assert {(1, 1), (2, 29)} <= {(one.month, one.day) for one in times}
        assert any(one.day == 1 and one.month > 1 for one in times)
        assert any((one + timedelta(days=1)).day == 1 for one in times)
        assert max(times) - scenery.drawn_at >= timedelta(days=20 * 365)
        assert min(times) >= scenery.drawn_at


def test_a_run_id_has_the_form_of_a_customers_run() -> None:
    ids = {a_scenery(str(seed)).run_id("case") for seed in range(50)}
    assert len(ids) == 50
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{32}", one) for one in ids)


def test_nothing_on_a_page_or_in_a_mail_says_that_it_is_a_test() -> None:
    said = "\n".join(text.replace("shop.test", "") for seed in range(30) for text in pages(str(seed)))
    said += "\n".join(write_mail(a_scenery(str(seed)).chance("mail")) for seed in range(30))
    said += "\n".join(a_scenery(str(seed)).host("x") for seed in range(50))
    assert not TELLS.findall(said)


def test_pages_are_of_several_kinds_and_each_names_a_price_and_a_day() -> None:
    texts = [text for seed in range(10) for text in pages(str(seed))]
    for mark in ('class="product"', "<article>", "<main>", "<table>", "<rss", '"vendor"'):
        assert any(mark in text for text in texts), mark
    assert all(re.search(r"\d\.\d\d", text) for text in texts)
    assert all(re.search(r"20\d\d", text) for text in texts)


def test_a_second_visit_finds_another_price_and_other_lines() -> None:
    assert not set(pages("a")) & set(pages("a", visit=2))


def test_what_is_planted_stands_on_every_page_with_its_markup_escaped() -> None:
    assert all("PLANTED" in text for text in pages("a", planted="PLANTED <b>"))
    assert "PLANTED &lt;b&gt;" in pages("a", planted="PLANTED <b>")[0]


def test_a_long_page_is_as_long_as_asked_for_and_an_error_page_fails() -> None:
    assert len(pages("a", characters=30_000)[0]) >= 30_000
    assert {write_failing_page(f"https://a.org/{number}", a_scenery())["status"] for number in range(40)} == {
        404,
        410,
        500,
        503,
    }


def test_forms_are_the_builds_own() -> None:
    one, other = (list_forms(a_scenery(seed), a_scenery(seed).drawn_at) for seed in "ab")
    assert one.keys() == other.keys()
    assert not [name for name in one if one[name] == other[name]]
