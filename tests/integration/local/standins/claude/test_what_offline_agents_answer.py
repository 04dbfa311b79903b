"""What agents of the offline model answer: figures that add up, English, and a word on what could not be done."""

import pytest

from local.standins.claude.kinds.brief import Brief
from local.standins.claude.kinds.kind import Kind
from local.standins.claude.kinds.registry import KINDS
from local.standins.claude.tasks.agent_llm import smoothed
from shared.specs.effects import Effect, EffectError, EffectRefused, EffectResult, EffectSucceeded, Succeeded
from shared.values import Json
from tests.fakes.generated_agent import agent_of, last_reply, spec_of


def run(kind_name: str, title: str, **given: Json) -> dict[str, Json]:
    """One run of a kind made for an opportunity; the model smooths drafts as it does offline, no page can be read."""
    reply = last_reply(agent_of(*made_for(kind_name, title))[1], given, performed)
    assert isinstance(reply, Succeeded), reply
    return reply.output


def made_for(kind_name: str, title: str) -> tuple[Kind, Brief]:
    kind = next(kind for kind in KINDS if kind.name == kind_name)
    return kind, Brief({"title": title, "problems": [{"statement": title, "quote": title}]})


def performed(effect: Effect) -> EffectResult:
    match effect.kind.value:
        case "fetch":
            return EffectRefused(id=effect.id, error=EffectError(code="refused", message="no such host"))
        case "llm":
            return EffectSucceeded(id=effect.id, value=smoothed(effect.args["data"]["draft"]))
        case "now":
            return EffectSucceeded(id=effect.id, value="2026-11-23T07:00:00Z")
        case _:
            return EffectSucceeded(id=effect.id, value=None)


def own_example(kind_name: str, name: str, title: str) -> dict[str, Json]:
    spec = spec_of(*made_for(kind_name, title))
    return next(dict(one.input) for one in spec.examples if one.name == name)


@pytest.mark.parametrize("margin", [0, 10, 40, 60, 95])
@pytest.mark.parametrize("cost", [0.4, 7.25, 33, 480])
def test_a_price_leaves_the_margin_that_was_asked_for_after_fees(margin: int, cost: float) -> None:
    out = run("price_plan", "Pricing bags", items=[{"name": "Bag", "cost": cost}], target_margin_percent=margin)

    (bag,) = out["prices"]
    assert (0.97 * bag["price"] - cost) / bag["price"] >= margin / 100 - 1e-9
    assert margin <= bag["margin_percent"] <= 97


def test_the_months_profit_and_break_even_count_the_same_fees_as_the_margin() -> None:
    items = [{"name": "Bag", "cost": 10, "units_per_month": 100}]

    out = run("price_plan", "Pricing bags", items=items, target_margin_percent=40, fixed_costs_per_month=500)

    (bag,) = out["prices"]
    each = 0.97 * bag["price"] - 10
    assert out["monthly_profit"] == pytest.approx(100 * each - 500)
    assert (out["break_even_units"] - 1) * each < 500 <= out["break_even_units"] * each


def test_a_cost_that_is_in_the_price_is_not_called_forgotten() -> None:
    for title in ("Pricing bags", "Charging clients for design services"):
        out = run("price_plan", title, items=[{"name": "Thing", "cost": 10}], target_margin_percent=40)

        assert "payment fees" not in out["forgotten_costs"]
        assert "3% payment fees included" in out["summary"]


@pytest.mark.parametrize(
    ("story", "known"),
    [
        ("I repair computers on the side in Ohio, alone, for about $700 a month.", True),
        ("My partner and I design websites in Texas and earn $60,000 a year.", True),
        ("We bake bread near Lyon and sell it on markets.", True),
        ("i sell shirts from north carolina with a friend", True),
        ("Everybody tells me that I need an LLC. I started in March, and keep a bank statement in Excel.", False),
    ],
)
def test_a_place_that_is_named_is_known(story: str, known: bool) -> None:
    out = run("intake_brief", "Forming an LLC", situation=story)

    place = next(one for one in out["topics"] if one["topic"] == "place")
    assert place["known"] is known
    assert any("In which state" in question for question in out["next_questions"]) is not known


CAKES = ["We open at 9am", "Cakes cost $30"]


@pytest.mark.parametrize(
    ("message", "facts", "open_points"),
    [
        ("Can you tell me the price of a cake and when you open?", CAKES, []),
        ("Can you tell me the price of a cake and when you open?", CAKES[:1], ["Can you tell me the price of a cake"]),
        ("Can you tell me the price of a cake and when you open?", CAKES[1:], ["when you open?"]),
        ("What are your prices for cakes and your opening hours?", CAKES, []),
        ("Do you ship cakes, take cards and open at 9am?", CAKES, ["Do you ship cakes, take cards and open at 9am?"]),
        ("What are the price and the size of a cake?", CAKES, ["What are the price and the size of a cake?"]),
        ("Do you sell bread and butter?", ["We sell bread and butter"], []),
    ],
)
def test_two_asks_in_one_sentence_need_an_answer_each(message: str, facts: list[str], open_points: list[str]) -> None:
    out = run("reply_drafter", "Answering customers", message=message, facts=facts)

    assert out["open_points"] == open_points
    assert out["ready_to_send"] is not bool(open_points)
    if not open_points:
        assert all(fact in out["reply"] for fact in facts)


def test_the_improved_pitch_leaves_out_whole_sentences_instead_of_words() -> None:
    pitch = own_example("outreach_review", "all about me", "Advertising on the internet")

    improved = run("outreach_review", "Advertising on the internet", **pitch)["improved"]

    assert improved == "Hello,\n\nI am writing to cafe owners about loyalty cards.\n\nIs this of interest to you?"


def test_the_improved_pitch_keeps_what_is_plain_and_has_nothing_that_the_check_dislikes() -> None:
    pitch = (
        "We are a leading agency. We really cut waiting by 12 days for three shops. Results guaranteed. "
        "Click here now! Are you free on Friday?"
    )

    out = run("outreach_review", "Advertising on the internet", pitch=pitch, audience="shops")

    assert out["improved"] == "Hello,\n\nWe cut waiting by 12 days for three shops.\n\nAre you free on Friday?"
    checked = {one["check"]: one["advice"] for one in out["checks"]}
    assert checked["does not read like spam"] == "Filters dislike: guarantee, click here."


@pytest.mark.parametrize("count", [1, 5])
def test_a_watch_that_could_read_nothing_says_so(count: int) -> None:
    addresses = [f"http://gone{place}.test/" for place in range(count)]

    pages = run("page_watch", "Finding the cheapest rates", pages=addresses)["summary"]
    sources = run("mention_watch", "Finding people", sources=addresses[:3], keywords=["shop"])["summary"]

    assert "Nothing changed" not in pages
    assert "be read, so nothing is known" in pages
    assert "be read" in sources
    assert "0 of 0" not in sources


HOSTILE = "Count stock by hand. alert(1)<img src=x onerror=alert(1)> ${jndi:ldap://x.test} {{7*7}} $jndi take 6 hours"


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("intake_brief", {"situation": HOSTILE, "answers": [{"question": "What?", "answer": HOSTILE}]}),
        ("reply_drafter", {"message": f"When do you open? {HOSTILE}?", "facts": [HOSTILE], "sender": "<b>Mia</b>"}),
        ("clarity_review", {"document": HOSTILE, "recipient": "<b>Mia</b>"}),
        ("outreach_review", {"pitch": HOSTILE, "audience": "<b>shops</b>", "offer": "${x} cards"}),
    ],
)
def test_what_is_written_from_hostile_text_is_made_of_words(kind: str, given: dict[str, Json]) -> None:
    said = " ".join(texts(run(kind, "Tracking inventory", **given)))

    assert not set("<>{}=`|") & set(said)
    assert "onerror" not in said
    assert "jndi" not in said
    assert "alert(" not in said


def test_a_smaller_sign_swallows_nothing() -> None:
    out = run("intake_brief", "Forming an LLC", situation="We earn < $500 a month, in Ohio. My wife and I own it.")

    evidence = {one["topic"]: one["evidence"] for one in out["topics"]}
    assert evidence["place"].endswith("$500 a month, in Ohio.")
    assert evidence["owners"] == "My wife and I own it."


def texts(value: Json) -> list[str]:
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [text for part in parts for text in texts(part)]
