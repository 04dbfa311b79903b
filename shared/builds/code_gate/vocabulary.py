"""The words that generated code may use. Everything is an allow-list: what is not here does not pass."""

import ast
import builtins
from typing import Final

from shared.specs.effects import EffectKind
from shared.specs.spec import Template

MODULES: Final[dict[str, frozenset[str]]] = {
    "asyncio": frozenset({"gather"}),
    "calendar": frozenset({"monthrange", "month_name", "month_abbr", "day_name", "day_abbr", "isleap"}),
    "collections": frozenset({"Counter", "OrderedDict", "defaultdict", "deque"}),
    "csv": frozenset({"DictReader", "reader", "writer", "DictWriter", "QUOTE_MINIMAL", "QUOTE_ALL"}),
    "dataclasses": frozenset({"dataclass", "field", "asdict", "replace"}),
    "datetime": frozenset({"date", "datetime", "time", "timedelta", "timezone", "UTC"}),
    "decimal": frozenset({"Decimal", "InvalidOperation", "ROUND_DOWN", "ROUND_HALF_EVEN", "ROUND_HALF_UP", "ROUND_UP"}),
    "difflib": frozenset({"SequenceMatcher", "get_close_matches", "ndiff", "unified_diff"}),
    "enum": frozenset({"Enum", "IntEnum", "StrEnum"}),
    "fractions": frozenset({"Fraction"}),
    "hashlib": frozenset({"sha256"}),
    "html": frozenset({"escape", "unescape"}),
    "io": frozenset({"StringIO"}),
    "itertools": frozenset(
        {
            "accumulate",
            "chain",
            "combinations",
            "groupby",
            "islice",
            "pairwise",
            "permutations",
            "product",
            "starmap",
            "takewhile",
            "zip_longest",
        }
    ),
    "json": frozenset({"JSONDecodeError", "dumps", "loads"}),
    "mam_agent": frozenset({"EffectFailed", "Tools"}),
    "math": frozenset(
        {
            "ceil",
            "copysign",
            "exp",
            "fabs",
            "floor",
            "fsum",
            "hypot",
            "inf",
            "isclose",
            "isfinite",
            "isinf",
            "isnan",
            "log",
            "log10",
            "log2",
        }
        | {"nan", "pi", "pow", "prod", "sqrt", "trunc"}
    ),
    "re": frozenset(
        {
            "ASCII",
            "DOTALL",
            "I",
            "IGNORECASE",
            "M",
            "MULTILINE",
            "Match",
            "Pattern",
            "S",
            "VERBOSE",
            "X",
            "compile",
            "escape",
            "findall",
        }
        | {"finditer", "fullmatch", "match", "search", "split", "sub", "subn"}
    ),
    "statistics": frozenset(
        {
            "correlation",
            "fmean",
            "linear_regression",
            "mean",
            "median",
            "mode",
            "multimode",
            "pstdev",
            "quantiles",
            "stdev",
            "variance",
        }
    ),
    "string": frozenset({"ascii_letters", "ascii_lowercase", "ascii_uppercase", "digits", "punctuation", "whitespace"}),
    "textwrap": frozenset({"dedent", "fill", "indent", "shorten", "wrap"}),
    "typing": frozenset({"Any", "Final", "Literal", "Optional", "TypeAlias", "Union", "cast"}),
    "unicodedata": frozenset({"category", "normalize"}),
    "urllib.parse": frozenset(
        {"parse_qs", "parse_qsl", "quote", "unquote", "urlencode", "urljoin", "urlparse", "urlsplit", "urlunsplit"}
    ),
}
"""Module → names that may be imported from it, or read as its attributes. Nothing here reads a clock, a file or
chance.
"""

BUILTINS: Final = frozenset(
    """
    False None True
    abs all any ascii bin bool bytearray bytes chr classmethod complex dict divmod enumerate filter float frozenset hex
    int isinstance issubclass iter len list map max min next oct ord pow property range repr reversed round set slice
    sorted staticmethod str sum tuple zip
    ArithmeticError AssertionError AttributeError Exception IndexError KeyError LookupError NotImplementedError
    OverflowError RuntimeError StopIteration TypeError UnicodeDecodeError UnicodeEncodeError UnicodeError ValueError
    ZeroDivisionError
    """.split()  # noqa: SIM905 - a list of words reads better than a list of quotes
)
FORBIDDEN_BUILTINS: Final = frozenset(dir(builtins)) - BUILTINS - {"input", "copyright", "credits", "license"}
"""May neither be used nor bound: `def f(eval): …` somewhere must not make `eval(…)` elsewhere look like a local name.
"""

DUNDER_METHODS: Final = frozenset(
    {
        "__init__",
        "__post_init__",
        "__str__",
        "__repr__",
        "__eq__",
        "__lt__",
        "__le__",
        "__gt__",
        "__ge__",
        "__len__",
        "__iter__",
        "__contains__",
    }
)
DECORATORS: Final = frozenset({"dataclass", "staticmethod", "classmethod", "property"})
BASES: Final = frozenset({"Enum", "IntEnum", "StrEnum", "Exception", "ValueError", "str", "int"})

FORBIDDEN_ATTRIBUTES: Final = frozenset(
    {
        "format",
        "format_map",
        "mro",
        "now",
        "today",
        "utcnow",
        "localtime",
        "fromtimestamp",
        "with_traceback",
        "f_back",
        "f_builtins",
    }
    | {
        "f_code",
        "f_globals",
        "f_lasti",
        "f_lineno",
        "f_locals",
        "f_trace",
        "func_globals",
        "func_code",
        "func_defaults",
        "im_func",
        "im_self",
    }
    | {"buffer", "detach", "modules", "subclasses", "throw", "send"}
)
FORBIDDEN_ATTRIBUTE_PREFIXES: Final = ("_", "gi_", "cr_", "ag_", "tb_", "co_")

EFFECTS: Final = frozenset(kind.value for kind in EffectKind)

HELPERS: Final[dict[Template, dict[str, frozenset[EffectKind]]]] = {
    Template.MONITORING: {
        "page": frozenset({EffectKind.FETCH}),
        "changes": frozenset({EffectKind.RECALL, EffectKind.REMEMBER}),
        "alert": frozenset({EffectKind.NOTIFY}),
        "today": frozenset({EffectKind.NOW}),
    },
    Template.DATA_PROCESSING: {
        "table": frozenset(),
        "each": frozenset(),
        "number": frozenset(),
        "day": frozenset(),
        "today": frozenset({EffectKind.NOW}),
    },
    Template.COMMUNICATION: {
        "write": frozenset(),
        "tidy": frozenset(),
        "sentences": frozenset(),
        "words_only": frozenset(),
        "today": frozenset({EffectKind.NOW}),
    },
}
"""What the three frames (agent.py) offer on `tools` beside the effects, and the effects that each needs declared."""

_NODE_NAMES = """
Module Expr Assign AnnAssign AugAssign Return Raise Pass Break Continue Assert Delete If For While Try ExceptHandler
With withitem Match match_case MatchValue MatchSingleton MatchSequence MatchMapping MatchClass MatchStar MatchAs MatchOr
FunctionDef AsyncFunctionDef ClassDef arguments arg keyword Import ImportFrom alias Nonlocal BoolOp NamedExpr BinOp
UnaryOp Lambda IfExp Dict Set ListComp SetComp DictComp GeneratorExp comprehension Await Yield YieldFrom Compare Call
FormattedValue JoinedStr Constant Attribute Subscript Starred Name List Tuple Slice expr_context boolop operator unaryop
cmpop
"""
NODES: Final[tuple[type[ast.AST], ...]] = tuple(getattr(ast, name) for name in _NODE_NAMES.split())
"""Kinds of syntax; `global`, `async for`, `async with` and whatever later versions of Python add are not among them."""
