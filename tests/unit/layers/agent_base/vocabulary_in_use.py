"""Every word that the static gate lets an agent use, used: module or builtin → word → an expression (or statements)."""

MODULES: dict[str, dict[str, str]] = {
    "asyncio": {"gather": "await asyncio.gather(nothing(), nothing())"},
    "bisect": {
        "bisect": "bisect.bisect([1, 3], 2)",
        "bisect_left": "bisect.bisect_left([1, 3], 3)",
        "bisect_right": "bisect.bisect_right([1, 3], 3)",
        "insort": "bisect.insort([1, 3], 2)",
    },
    "calendar": {
        "monthrange": "calendar.monthrange(2026, 2)",
        "month_name": "list(calendar.month_name)",
        "month_abbr": "list(calendar.month_abbr)",
        "day_name": "list(calendar.day_name)",
        "day_abbr": "list(calendar.day_abbr)",
        "isleap": "calendar.isleap(2024)",
    },
    "collections": {
        "Counter": "collections.Counter('aab').most_common(1)",
        "OrderedDict": "collections.OrderedDict(a=1).move_to_end('a')",
        "defaultdict": "collections.defaultdict(list)['x'].append(1)",
        "deque": "collections.deque([1, 2], maxlen=1).rotate()",
    },
    "csv": {
        "DictReader": "list(csv.DictReader(io.StringIO('a,b\\n1,2\\n')))",
        "reader": "list(csv.reader(['a;b'], delimiter=';'))",
        "writer": "csv.writer(io.StringIO()).writerow([1, 'x'])",
        "DictWriter": "csv.DictWriter(io.StringIO(), ['a']).writeheader()",
        "QUOTE_MINIMAL": "csv.writer(io.StringIO(), quoting=csv.QUOTE_MINIMAL)",
        "QUOTE_ALL": "csv.writer(io.StringIO(), quoting=csv.QUOTE_ALL)",
    },
    "dataclasses": {
        "dataclass": "Point(1) == Point(1, [])",
        "field": "Point(1).tags",
        "asdict": "dataclasses.asdict(Point(1))",
        "replace": "dataclasses.replace(Point(1), x=2)",
    },
    "datetime": {
        "date": "datetime.date.fromisoformat('2026-02-03').strftime('%A %d %B %Y, week %V')",
        "datetime": "[datetime.datetime.strptime('3 Feb 2026 10:00 +0100', '%d %b %Y %H:%M %z').isoformat(),"
        " datetime.datetime.strptime('Tuesday', '%A'), datetime.datetime(2026, 1, 1).astimezone(datetime.UTC)]",
        "time": "datetime.time.fromisoformat('10:00').isoformat()",
        "timedelta": "str(datetime.timedelta(days=1) / 3)",
        "timezone": "datetime.timezone(datetime.timedelta(hours=1)).tzname(None)",
        "UTC": "datetime.UTC.utcoffset(None)",
    },
    "decimal": {
        "Decimal": "f\"{decimal.Decimal('1.10').quantize(decimal.Decimal('0.1')):,}\"",
        "InvalidOperation": "caught(decimal.InvalidOperation, lambda: decimal.Decimal('x'))",
        "ROUND_DOWN": "round_by(decimal.ROUND_DOWN)",
        "ROUND_HALF_EVEN": "round_by(decimal.ROUND_HALF_EVEN)",
        "ROUND_HALF_UP": "round_by(decimal.ROUND_HALF_UP)",
        "ROUND_UP": "round_by(decimal.ROUND_UP)",
    },
    "difflib": {
        "SequenceMatcher": "difflib.SequenceMatcher(None, 'abc', 'abd').get_opcodes()",
        "get_close_matches": "difflib.get_close_matches('appel', ['apple', 'pear'])",
        "ndiff": "list(difflib.ndiff(['a\\n'], ['b\\n']))",
        "unified_diff": "list(difflib.unified_diff(['a'], ['b']))",
    },
    "enum": {"Enum": "list(Colour)", "IntEnum": "Level(1) + 1", "StrEnum": "Kind('a').upper()"},
    "fractions": {"Fraction": "str(fractions.Fraction('3/4') + fractions.Fraction(0.25))"},
    "hashlib": {"sha256": "hashlib.sha256(b'x').hexdigest()"},
    "heapq": {
        "heapify": "heapq.heapify([2, 1])",
        "heappop": "heapq.heappop([1, 2])",
        "heappush": "heapq.heappush([1, 2], 0)",
        "nlargest": "heapq.nlargest(1, [1, 2], key=str)",
        "nsmallest": "heapq.nsmallest(1, [1, 2])",
    },
    "html": {"escape": "html.escape('<a>')", "unescape": "html.unescape('&eacute;&#128;&notit;')"},
    "io": {"StringIO": "io.StringIO('a\\r\\nb', newline=None).readlines()"},
    "itertools": {
        "accumulate": "list(itertools.accumulate([1, 2]))",
        "chain": "list(itertools.chain.from_iterable([[1], [2]]))",
        "combinations": "list(itertools.combinations('abc', 2))",
        "groupby": "[list(group) for _, group in itertools.groupby('aab')]",
        "islice": "list(itertools.islice('abc', 2))",
        "pairwise": "list(itertools.pairwise('abc'))",
        "permutations": "list(itertools.permutations('ab'))",
        "product": "list(itertools.product('ab', repeat=2))",
        "starmap": "list(itertools.starmap(max, [(1, 2)]))",
        "takewhile": "list(itertools.takewhile(bool, [1, 0]))",
        "zip_longest": "list(itertools.zip_longest('a', 'bc'))",
    },
    "json": {
        "JSONDecodeError": "caught(json.JSONDecodeError, lambda: json.loads('{'))",
        "dumps": "json.dumps({'a': [1, 'ü', None]}, indent=2, sort_keys=True, ensure_ascii=False, default=str)",
        "loads": 'json.loads(\'{"a": [1.5, "\\\\u00fc"]}\', parse_float=str)',
    },
    "mam_agent": {
        "EffectFailed": "caught(mam_agent.EffectFailed, fail)",
        "Tools": "isinstance(tools, mam_agent.Tools)",
    },
    "math": {
        "ceil": "math.ceil(1.5)",
        "copysign": "math.copysign(1, -1)",
        "exp": "math.exp(1)",
        "fabs": "math.fabs(-1)",
        "floor": "math.floor(1.5)",
        "fsum": "math.fsum([0.1] * 10)",
        "hypot": "math.hypot(3, 4)",
        "inf": "-math.inf < 0",
        "isclose": "math.isclose(0.1 + 0.2, 0.3)",
        "isfinite": "math.isfinite(1)",
        "isinf": "math.isinf(1)",
        "isnan": "math.isnan(1)",
        "log": "math.log(8, 2)",
        "log10": "math.log10(100)",
        "log2": "math.log2(8)",
        "nan": "math.nan == 0",
        "pi": "math.pi",
        "pow": "math.pow(2, 3)",
        "prod": "math.prod([2, 3])",
        "sqrt": "math.sqrt(4)",
        "trunc": "math.trunc(1.5)",
    },
    "operator": {"itemgetter": "sorted([{'a': 2}, {'a': 1}], key=operator.itemgetter('a'))"},
    "re": {
        "ASCII": "re.compile(r'\\w', re.ASCII)",
        "DOTALL": "re.compile('.', re.DOTALL)",
        "I": "re.compile('a', re.I)",
        "IGNORECASE": "re.compile('k', re.IGNORECASE)",
        "M": "re.compile('^', re.M)",
        "MULTILINE": "re.compile('^', re.MULTILINE)",
        "Match": "isinstance(re.match('a', 'a'), re.Match)",
        "Pattern": "isinstance(re.compile('a'), re.Pattern)",
        "S": "re.compile('.', re.S)",
        "VERBOSE": "re.compile('a  # a letter', re.VERBOSE)",
        "X": "re.compile('a b', re.X)",
        "compile": "re.compile(r'(?P<year>\\d{4})(?:-(?P<month>\\d\\d))?(?<=\\d)(?=$)').match('2026').groupdict()",
        "escape": "re.escape('a.b')",
        "findall": "re.findall('a', 'aa')",
        "finditer": "[found.span() for found in re.finditer('a', 'aa')]",
        "fullmatch": "re.fullmatch('a', 'a')",
        "match": "re.match('a', 'a').expand('x')",
        "search": "re.search('b', 'ab')",
        "split": "re.split(',', 'a,b')",
        "sub": "re.sub('(a)', r'<\\1>', 'a')",
        "subn": "re.subn('a', lambda found: found.group().upper(), 'a')",
    },
    "statistics": {
        "correlation": "statistics.correlation([1, 2, 3], [1, 2, 4])",
        "fmean": "statistics.fmean([1, 2])",
        "linear_regression": "statistics.linear_regression([1, 2, 3], [1, 2, 4]).slope",
        "mean": "statistics.mean([1, 2])",
        "median": "statistics.median([1, 2])",
        "mode": "statistics.mode([1, 1])",
        "multimode": "statistics.multimode([1, 1, 2, 2])",
        "pstdev": "statistics.pstdev([1, 2])",
        "quantiles": "statistics.quantiles([1, 2, 3], n=4)",
        "stdev": "statistics.stdev([1, 2])",
        "variance": "statistics.variance([1, 2])",
    },
    "string": {
        name: f"string.{name}"
        for name in ("ascii_letters", "ascii_lowercase", "ascii_uppercase", "digits", "punctuation", "whitespace")
    },
    "textwrap": {
        "dedent": "textwrap.dedent('  a')",
        "fill": "textwrap.fill('a b c', 3)",
        "indent": "textwrap.indent('a', '  ')",
        "shorten": "textwrap.shorten('a b c', 4, placeholder='…')",
        "wrap": "textwrap.wrap('a b-c', 3)",
    },
    "typing": {
        "Any": "typing.Any",
        "Final": "typing.Final[int]",
        "Literal": "typing.Literal['a']",
        "Optional": "typing.Optional[int]",
        "TypeAlias": "typing.TypeAlias",
        "Union": "typing.Union[int, str]",
        "cast": "typing.cast(int, 1)",
    },
    "unicodedata": {
        "category": "unicodedata.category('a')",
        "normalize": "unicodedata.normalize('NFKC', 'ﬁ')",
    },
    "urllib.parse": {
        "parse_qs": "urllib.parse.parse_qs('a=1&b=%C3%BC')",
        "parse_qsl": "urllib.parse.parse_qsl('a=1')",
        "quote": "urllib.parse.quote('ü /')",
        "unquote": "urllib.parse.unquote('%C3%BC')",
        "urlencode": "urllib.parse.urlencode({'a': ['1', 'ü']}, doseq=True)",
        "urljoin": "urllib.parse.urljoin('https://a.test/b/', '../c')",
        "urlparse": "urllib.parse.urlparse('https://user@bücher.test:8080/a;b?c#d').port",
        "urlsplit": "urllib.parse.urlsplit('https://[::1]:80/a').hostname",
        "urlunsplit": "urllib.parse.urlunsplit(('https', 'a.test', '/', '', ''))",
    },
}

BUILTINS: dict[str, str] = {
    "False": "False",
    "None": "None",
    "True": "True",
    "abs": "abs(-1)",
    "all": "all([])",
    "any": "any([1])",
    "ascii": "ascii('ü')",
    "bin": "bin(5)",
    "bool": "bool(1)",
    "bytearray": "bytearray(b'x').hex()",
    "bytes": "bytes([1]).hex(':')",
    "chr": "chr(252)",
    "classmethod": "Tidy.of('a')",
    "complex": "complex(1, 2).imag",
    "dict": "dict(a=1) | {'b': 2}",
    "divmod": "divmod(7, 2)",
    "enumerate": "list(enumerate('a', 1))",
    "filter": "list(filter(None, [0, 1]))",
    "float": "float('1e3').is_integer()",
    "frozenset": "frozenset([1])",
    "hex": "hex(255)",
    "int": "int('ff', 16).to_bytes(2, 'big')",
    "isinstance": "isinstance(1, int | str)",
    "issubclass": "issubclass(bool, int)",
    "iter": "next(iter([1]))",
    "len": "len('x')",
    "list": "list('ab')[::-1]",
    "map": "list(map(str, [1]))",
    "max": "max([1, 2], key=abs)",
    "min": "min([], default=0)",
    "next": "next(iter([]), None)",
    "oct": "oct(8)",
    "ord": "ord('ü')",
    "pow": "pow(2, 10, 7)",
    "property": "Tidy('a').text",
    "range": "list(range(0, 10, 3))",
    "repr": "repr({'a': [1, None, 'ü']})",
    "reversed": "list(reversed([1, 2]))",
    "round": "round(2.675, 2)",
    "set": "sorted({1, 2} ^ {2, 3})",
    "slice": "[1, 2, 3][slice(1, None)]",
    "sorted": "sorted('ba', key=str.casefold, reverse=True)",
    "staticmethod": "Tidy.plain(' a ')",
    "str": "'{:>5}|{!r}'.format('a', 1) + str(b'\\xc3\\xbc', 'utf-8') + 'ß'.casefold().title().zfill(4)",
    "sum": "sum([1, 2], 3)",
    "tuple": "tuple([1])",
    "zip": "list(zip('a', [1], strict=True))",
    "ArithmeticError": "caught(ArithmeticError, lambda: 1 / 0)",
    "AssertionError": "caught(AssertionError, fail_to_assert)",
    "AttributeError": "caught(AttributeError, lambda: 'x'.y)",
    "Exception": "caught(Exception, lambda: 1 / 0)",
    "IndexError": "caught(IndexError, lambda: [][0])",
    "KeyError": "caught(KeyError, lambda: {}['x'])",
    "LookupError": "caught(LookupError, lambda: 'x'.encode('no-such-codec'))",
    "NotImplementedError": "caught(NotImplementedError, lambda: raised(NotImplementedError()))",
    "OverflowError": "caught(OverflowError, lambda: 1e308 ** 2)",
    "RuntimeError": "caught(RuntimeError, lambda: raised(RuntimeError()))",
    "StopIteration": "caught(StopIteration, lambda: next(iter([])))",
    "TypeError": "caught(TypeError, lambda: 1 + 'x')",
    "UnicodeDecodeError": "caught(UnicodeDecodeError, lambda: b'\\xff'.decode())",
    "UnicodeEncodeError": "caught(UnicodeEncodeError, lambda: 'ü'.encode('ascii'))",
    "UnicodeError": "caught(UnicodeError, lambda: 'ü'.encode('ascii'))",
    "ValueError": "caught(ValueError, lambda: int('x'))",
    "ZeroDivisionError": "caught(ZeroDivisionError, lambda: 1 % 0)",
}

CODECS: list[str] = (  # noqa: SIM905
    "utf-8 UTF8 utf-8-sig utf-16 utf_32_be latin-1 iso-8859-15 cp1252 windows-1252 ascii idna punycode cp437 koi8-r "
    "shift_jis gb18030 euc-kr big5 mac-roman unicode_escape rot13 cp1006 no-such-codec mbcs"
).split()

MODULE = """
import asyncio
import bisect
import calendar
import collections
import csv
import dataclasses
import datetime
import decimal
import difflib
import enum
import fractions
import hashlib
import heapq
import html
import io
import itertools
import json
import mam_agent
import math
import operator
import re
import statistics
import string
import textwrap
import typing
import unicodedata
import urllib.parse
from dataclasses import dataclass, field
from enum import Enum, IntEnum, StrEnum
from urllib.parse import urlsplit


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Level(IntEnum):
    LOW = 1


class Kind(StrEnum):
    A = "a"


class Unfit(ValueError):
    pass


@dataclass(frozen=True, order=True)
class Point:
    '''A point.'''

    x: int
    tags: list = field(default_factory=list)


class Tidy:
    def __init__(self, text):
        self._text = text

    @property
    def text(self):
        return self._text.strip()

    @classmethod
    def of(cls, text):
        return cls(text).text

    @staticmethod
    def plain(text):
        return text.strip()


async def nothing():
    return None


def raised(error):
    raise error


def fail():
    raise mam_agent.EffectFailed("code", "message")


def fail_to_assert():
    assert not Point(1)


def caught(kind, act):
    try:
        act()
    except kind as error:
        return str(error)
    raise Unfit("nothing was raised")


def round_by(rule):
    return str(decimal.Decimal("1.25").quantize(decimal.Decimal("0.1"), rounding=rule))


def encoded(text, codec):
    try:
        return len(text.encode(codec))
    except (LookupError, UnicodeError) as error:
        return str(error)


async def run(input, tools):
    value = EXPRESSION
    return {"value": repr(value)}
"""


def module(expression: str) -> str:
    return MODULE.replace("EXPRESSION", expression)
