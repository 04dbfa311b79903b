from local.standins.claude.kinds.brief import Brief
from local.standins.claude.kinds.computed import shared_words, sore_points, themes, watched_costs, worries


def brief(title: str, *statements: str) -> Brief:
    return Brief({"title": title, "problems": [{"statement": one, "quote": one} for one in statements]})


COSTS = brief("Hosting fees", "Trouble with hosting fees.", "The fees for hosting grow.")


def test_words_that_several_use_count_and_none_gives_way_to_the_usual() -> None:
    assert set(shared_words(COSTS, {"customer": 1})) >= {"fees", "host"}
    assert shared_words(Brief({}), {"customer": 1}) == {"customer": 1}


def test_each_word_of_the_opportunity_is_a_theme_with_its_own_beginning() -> None:
    found = themes(
        brief("Cards and colors", "Trouble with cards and colors.", "A card, more cards."), {"price": ["fee"]}
    )

    assert found["price"] == ["fee"]
    own = {name: cut for name, cut in found.items() if name != "price"}
    assert own
    assert all(name.startswith(cut[0]) for name, cut in own.items())


def test_a_theme_that_is_usual_already_is_not_made_again() -> None:
    assert not {"fees", "hosting"} & themes(COSTS, {"price": ["fee", "host"]}).keys()


def test_the_usual_hint_stays_and_a_new_one_names_the_whole_word() -> None:
    found = sore_points(brief("Angry messages", "Trouble with angry messages."), {"messag": "Be kind."})

    assert found["messag"] == "Be kind."
    assert "brings up angry:" in found["angr"]


def test_worries_are_those_the_opportunity_has_or_the_first() -> None:
    usual = {"price": {"word": "pric", "hint": "Say it."}, "ship": {"word": "ship", "hint": "Say when."}}

    assert worries(brief("Shipping", "Trouble with shipping."), usual) == {"ship": "Say when."}
    assert worries(Brief({}), usual) == {"price": "Say it."}


def test_named_costs_come_before_those_always_watched() -> None:
    found = watched_costs(COSTS, {"costs": ["hosting", "rent"], "always": ["fee", "subscription"]})

    assert found == ["host", "fee", "subscription"]
