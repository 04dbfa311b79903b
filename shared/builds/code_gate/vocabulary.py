"""The names that generated code may use. Everything is an allow-list: anything not listed here is refused."""

import ast
import builtins
import re
from collections import Counter, OrderedDict, deque
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from difflib import SequenceMatcher
from fractions import Fraction
from typing import Final

from shared.specs.effects import EffectKind
from shared.specs.spec import Template

MODULES: Final[dict[str, frozenset[str]]] = {
    "asyncio": frozenset({"gather"}),
    "bisect": frozenset({"bisect", "bisect_left", "bisect_right", "insort"}),
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
    "heapq": frozenset({"heapify", "heappop", "heappush", "nlargest", "nsmallest"}),
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
    "operator": frozenset({"itemgetter"}),
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
"""Module → names that may be imported from it or read as its attributes. None of them reads a clock, a file or random
numbers.
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
"""Built-ins that may neither be used nor bound: `def f(eval): …` in one place must not make `eval(…)` elsewhere look
like a local name.
"""

LOCAL_NAMES: Final = frozenset({"dir", "format", "hash", "help", "id", "input", "object", "open", "type", "vars"})
"""Built-ins whose names a function may give to its own parameters and variables: people call things `id` and `type`."""

EXCEPTIONS: Final = frozenset(name for name in BUILTINS if name == "Exception" or name.endswith(("Error", "Iteration")))
ENUMS: Final = frozenset({"enum.Enum", "enum.IntEnum", "enum.StrEnum"})
METHOD_DECORATORS: Final = frozenset({"staticmethod", "classmethod", "property"})
DUNDER_METHODS: Final = frozenset(
    """
    __init__ __post_init__ __str__ __repr__ __eq__ __ne__ __lt__ __le__ __gt__ __ge__ __hash__ __len__ __iter__ __next__
    __contains__ __getitem__ __setitem__ __bool__ __call__ __add__ __radd__ __sub__ __mul__ __rmul__ __truediv__ __neg__
    """.split()  # noqa: SIM905
)
"""Special methods that Python calls with instances only. Methods that receive a class or a traceback, or that decide
attribute access, are not listed.
"""

CLASSES: Final = frozenset(
    """
    collections.Counter collections.OrderedDict collections.defaultdict collections.deque csv.DictReader csv.DictWriter
    datetime.date datetime.datetime datetime.time datetime.timedelta datetime.timezone decimal.Decimal
    decimal.InvalidOperation difflib.SequenceMatcher enum.Enum enum.IntEnum enum.StrEnum fractions.Fraction io.StringIO
    json.JSONDecodeError mam_agent.EffectFailed mam_agent.Tools operator.itemgetter re.Match re.Pattern typing.Any
    """.split()  # noqa: SIM905
)
"""The names in MODULES that are classes. Code may not hold them as plain values, so that the target of an assignment
(`x.field = …`) is certainly an instance.
"""
UNCHANGEABLE: Final = frozenset({"decimal.Decimal", "datetime.timedelta", "datetime.timezone", "operator.itemgetter"})
"""Classes written in C that may be values: their attributes cannot be assigned, and they do not read a clock."""
ANNOTATIONS_ONLY: Final = frozenset({f"typing.{name}" for name in MODULES["typing"]} - {"typing.cast"}) | {
    "mam_agent.Tools",
    "re.Match",
    "re.Pattern",
}

CHANGERS: Final = frozenset(
    """
    add append appendleft clear difference_update discard extend extendleft insert intersection_update move_to_end pop
    popitem popleft remove reverse rotate seek setdefault sort subtract symmetric_difference_update update write
    writeheader writelines writerow writerows
    """.split()  # noqa: SIM905
)
"""Methods that change the object they are called on."""
LAZY: Final = frozenset({"iter", "map", "filter", "zip", "enumerate", "reversed"})
"""Built-ins whose result can be read only once."""
ENCODINGS: Final = frozenset({"utf-8", "utf8", "utf-8-sig", "ascii", "latin-1", "latin1", "iso-8859-1", "cp1252"})

FORBIDDEN_ATTRIBUTES: Final = frozenset(
    """
    buffer default_factory detach f_back f_builtins f_code f_globals f_lasti f_lineno f_locals f_trace format format_map
    fromtimestamp func_code func_defaults func_globals im_func im_self localtime modules mro now scanner send subclasses
    throw today utcfromtimestamp utcnow with_traceback
    """.split()  # noqa: SIM905
)
FORBIDDEN_ATTRIBUTE_PREFIXES: Final = ("_", "gi_", "cr_", "ag_", "tb_", "co_")
"""Not even the module's own classes may have such fields: a field's name may be read on every value."""

_TYPES = (
    str, bytes, bytearray, int, float, complex, list, tuple, dict, set, frozenset, range,
    date, datetime, time, timedelta, timezone, Decimal, Fraction, Counter, OrderedDict, deque, re.Pattern, re.Match,
    SequenceMatcher,
)  # fmt: skip
_OTHERS = """
    args code message msg doc lineno colno start end reason name value
    fieldnames line_num writeheader writerow writerows close getvalue read readline readlines seek write writelines
    hexdigest digest slope intercept a b size scheme netloc path params query fragment hostname port username password
    geturl from_iterable
"""
ATTRIBUTES: Final = (
    frozenset(name for kind in _TYPES for name in dir(kind) if not name.startswith("_")) | frozenset(_OTHERS.split())
) - FORBIDDEN_ATTRIBUTES
"""Attributes that may be read: all those of these kinds of values, and the listed ones of exceptions, in-memory files,
enumerations and parsed addresses.
"""

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
"""Helpers that the three frames (agent.py) offer on `tools` beside the effects, with the effects that each requires."""

_NODE_NAMES = """
Module Expr Assign AnnAssign AugAssign Return Raise Pass Break Continue Assert Delete If For While Try ExceptHandler
With withitem Match match_case MatchValue MatchSingleton MatchSequence MatchMapping MatchClass MatchStar MatchAs MatchOr
FunctionDef AsyncFunctionDef ClassDef arguments arg keyword Import ImportFrom alias Nonlocal BoolOp NamedExpr BinOp
UnaryOp Lambda IfExp Dict Set ListComp SetComp DictComp GeneratorExp comprehension Await Yield YieldFrom Compare Call
FormattedValue JoinedStr Constant Attribute Subscript Starred Name List Tuple Slice expr_context boolop operator unaryop
cmpop
"""
NODES: Final[tuple[type[ast.AST], ...]] = tuple(getattr(ast, name) for name in _NODE_NAMES.split())
"""Allowed kinds of syntax. `global`, `async for`, `async with` and additions of later Python versions are not
allowed.
"""
