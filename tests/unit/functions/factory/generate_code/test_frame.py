import ast
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.factory.generate_code.frame import TemplateUnsafe, _make_environment, render_frame
from shared.specs.effects import EffectKind
from shared.specs.spec import AgentSpec, Capabilities, Template
from tests.fakes.agent_specs import a_spec

HOSTILE = [
    'x"; import os; os.system("id") #',
    "'''\nimport os\n'''",
    '"""\nimport os\n"""',
    "\\",
    "\\'",
    "{{ 7 * 7 }}",
    "{% for x in y %}",
    "x\nimport os",
    "x\r\nimport os",
    "\u2028import os",
    "\u202eimport os",
    "\x00",
    "\ud83d\ude00",
]


def spec_named(
    name: str, template: Template = Template.MONITORING, effects: tuple[EffectKind, ...] = tuple(EffectKind)
) -> AgentSpec:
    return a_spec(template=template, capabilities=Capabilities(effects=effects)).model_copy(update={"name": name})


def skeleton(source: str) -> str:
    """The code without what stands in its texts."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = ""
    return ast.dump(tree)


@pytest.mark.parametrize("template", Template)
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stays_a_text(template: Template, name: str) -> None:
    frame = render_frame(spec_named(name, template))

    assert skeleton(frame) == skeleton(render_frame(spec_named("Plain", template)))
    assert name in {node.value for node in ast.walk(ast.parse(frame)) if isinstance(node, ast.Constant)}
    assert frame.isascii()


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_description_in_the_output_schema_stays_a_text(text: str) -> None:
    schema = {"type": "object", "properties": {"summary": {"type": "string", "description": text}}}
    spec = spec_named("Plain").model_copy(update={"output_schema": schema})
    plain = spec_named("Plain").model_copy(
        update={"output_schema": {**schema, "properties": {"summary": {"type": "string", "description": "plain"}}}}
    )

    assert skeleton(render_frame(spec)) == skeleton(render_frame(plain))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_no_name_breaks_out_of_its_literal(name: str) -> None:
    assert skeleton(render_frame(spec_named(name))) == skeleton(render_frame(spec_named("Plain")))


@pytest.mark.parametrize("template", Template)
def test_a_frame_offers_the_declared_effects_and_no_others(template: Template) -> None:
    frame = render_frame(spec_named("Plain", template, (EffectKind.NOW,)))

    assert "self.now = tools.now" in frame
    assert not any(f"tools.{effect}" in frame for effect in ("llm", "fetch", "recall", "remember", "notify"))


@pytest.mark.parametrize("template", Template)
@pytest.mark.parametrize("effects", [(), tuple(EffectKind), (EffectKind.RECALL, EffectKind.REMEMBER)])
def test_every_frame_is_python_and_the_same_each_time(template: Template, effects: tuple[EffectKind, ...]) -> None:
    spec = spec_named("Plain", template, effects)

    assert compile(render_frame(spec), "agent.py", "exec")
    assert render_frame(spec) == render_frame(spec)


@pytest.mark.parametrize("value", ["raw", 5, None, ["x"]])
def test_a_template_that_prints_a_raw_value_fails(value: Any) -> None:
    with pytest.raises(TemplateUnsafe):
        _make_environment().from_string("X = {{ value }}").render(value=value)


def test_a_template_that_prints_something_missing_fails() -> None:
    with pytest.raises(TypeError):
        _make_environment().from_string("X = {{ value | literal }}").render()


def test_only_effects_pass_as_names() -> None:
    with pytest.raises(TemplateUnsafe, match="exec"):
        _make_environment().from_string("{{ 'exec' | effect_name }}").render()


def frame_of(template: Template, effects: tuple[EffectKind, ...] = tuple(EffectKind)) -> dict[str, Any]:
    """The frame's own functions, without an agent behind it."""
    space: dict[str, Any] = {}
    source = render_frame(spec_named("Plain", template, effects)).replace("import logic\n", "")
    exec(compile(source, "agent.py", "exec"), space)
    return space


def test_a_page_is_read_as_lines_without_tags_and_scripts() -> None:
    readable = frame_of(Template.MONITORING)["readable"]
    page = "<title> Shop </title><p>Bag&nbsp;&amp; cup</p><script>evil()</script><li>$5</li>"

    assert readable(page, "text/html") == ("Shop", ["Shop", "Bag & cup", "$5"])


def test_a_feed_is_read_as_one_line_an_entry() -> None:
    readable = frame_of(Template.MONITORING)["readable"]
    first = "<item><title>Prices &amp; rents</title><link>http://x.test/1</link><pubDate>15 Jan</pubDate>"
    first += "<description><![CDATA[<p>They <b>rise</b></p>]]></description></item>"
    feed = (
        f"<?xml version='1.0'?><rss><channel><title>News</title>{first}<item><title>Two</title></item></channel></rss>"
    )

    assert readable(feed, "application/rss+xml") == ("News", ["Prices & rents - 15 Jan - They rise", "Two"])


def test_json_is_read_as_one_line_a_record() -> None:
    readable = frame_of(Template.MONITORING)["readable"]

    assert readable('{"at": 1, "plans": [{"name": "A", "price": 5}]}', "application/json") == (
        "",
        ["at: 1", "name: A, price: 5"],
    )
    assert readable("[" * 50_000, "application/json")[1]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("$1,234.50", 1234.5),
        ("1.234,50 €", 1234.5),
        ("-12", -12),
        ("(12.5)", -12.5),
        ("1,234", 1234),
        ("12,5", 12.5),
        ("1.234.567", 1234567),
        ("USD 7.", 7),
        ("-$6", -6),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, number: float) -> None:
    bench = frame_of(Template.DATA_PROCESSING)["Workbench"](_NoTools())

    assert bench.number(text) == number


class _NoTools:
    def __getattr__(self, name: str) -> None:
        return None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-1-5", "2026-01-05"),
        ("1/15/2026", "2026-01-15"),
        ("15.1.2026", "2026-01-15"),
        ("2026-01-15T10:00:00Z", "2026-01-15"),
    ],
)
def test_dates_are_read_as_people_write_them(text: str, day: str) -> None:
    bench = frame_of(Template.DATA_PROCESSING)["Workbench"](_NoTools())

    assert bench.day(text).isoformat() == day


@pytest.mark.parametrize("text", ["", "soon", "2026-02-30", "99/99/2026"])
def test_what_is_no_date_is_a_value_error(text: str) -> None:
    bench = frame_of(Template.DATA_PROCESSING)["Workbench"](_NoTools())

    with pytest.raises(ValueError):  # noqa: PT011 - the message is for the customer and differs
        bench.day(text)


def test_a_table_keeps_the_errors_of_single_rows_apart() -> None:
    bench = frame_of(Template.DATA_PROCESSING)["Workbench"](_NoTools())

    table = bench.table('Name; Unit Price\nA;5\n;\nB;6;7\n"C;D";8\n')

    assert table["columns"] == ["name", "unit_price"]
    assert [row["name"] for row in table["rows"]] == ["A", "C;D"]
    assert table["problems"] == [
        {"line": 3, "problem": "is empty"},
        {"line": 4, "problem": "has 3 cells, the heading has 2"},
    ]
    assert bench.each(table["rows"], lambda row: int(row["unit_price"])) == ([5, 8], [])
    assert bench.table("")["problems"] == [{"line": 1, "problem": "there is no table"}]


def test_a_text_is_made_tidy_and_cut_at_a_sentence() -> None:
    desk = frame_of(Template.COMMUNICATION)["Desk"](_NoTools())

    assert (
        desk.tidy("Hello!!! **Buy** <b>NOW OR NEVER AGAIN</b> [here](http://x.test)")
        == "Hello! Buy Now or never again here"
    )
    assert desk.tidy("One two three. Four five six seven.", 5) == "One two three."
    assert desk.sentences("- First one\n* Second? Third.") == ["First one", "Second?", "Third."]


def test_texts_that_are_given_back_keep_words_figures_and_plain_punctuation() -> None:
    desk = frame_of(Template.COMMUNICATION)["Desk"](_NoTools())
    given = {"facts": ["Late fees: $25-50 (3%)", "<b onclick=x()>Pay ${now} &amp; rest`"], "count": 3, "none": None}

    assert desk.words_only(given) == {"facts": ["Late fees: $25-50 (3%)", "Pay     rest"], "count": 3, "none": None}


def test_what_is_too_long_for_the_schema_is_cut_and_addresses_are_not() -> None:
    bounded = frame_of(Template.COMMUNICATION)["bounded"]
    parts = {"text": {"type": "string", "maxLength": 4}, "url": {"type": "string", "maxLength": 4, "pattern": "^http"}}
    schema = {"properties": {"rows": {"maxItems": 1, "items": {"properties": parts}}}}

    out = bounded({"rows": [{"text": "abcdef", "url": "http://x"}, {}], "other": 5}, schema)

    assert out == {"rows": [{"text": "abc\u2026", "url": "http://x"}], "other": 5}


BROKEN = [
    "<",
    "<a ",
    "<!--",
    "<!",
    "&#x",
    "<script>",
    "<item>",
    "<title>",
    "<a b='",
    "<?",
    "</",
    "<![CDATA[",
    "<rss><item><title>",
]


@pytest.mark.parametrize("unit", BROKEN)
def test_a_page_of_nothing_but_broken_markup_is_read_in_one_pass(unit: str) -> None:
    """A pass that is repeated for every tag would take minutes here."""
    readable = frame_of(Template.MONITORING)["readable"]

    _, lines = readable("<p>Prices rise</p>" + unit * (60_000 // len(unit)), "text/html")

    assert lines[:1] == ["Prices rise"] or unit.startswith("<rss>")


@pytest.mark.parametrize(
    "unit", ["[", "<", "<a ", "<a b=", "${", "&a", "f('", "AA ", "a-", "a@", "http:", "[](", "? A", "!", "\n"]
)
def test_a_text_of_nothing_but_odd_marks_is_tidied_in_one_pass(unit: str) -> None:
    desk = frame_of(Template.COMMUNICATION)["Desk"](_NoTools())

    assert len(desk.tidy(unit * (40_000 // len(unit)))) <= 3_501
    assert len(desk.words_only(unit * (40_000 // len(unit)))) <= 40_000
    assert len(desk.sentences(unit * (40_000 // len(unit)))) <= 500
