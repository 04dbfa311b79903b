"""Imports, before the first call, what agents may import, and uses what imports more when it is first used.

A fork then has it at no cost; and once an agent runs, nothing can be imported any more.
"""

import codecs
import contextlib
import datetime
import encodings
import importlib
from encodings.aliases import aliases

IMPORTABLE = frozenset(
    """
    asyncio bisect calendar collections csv dataclasses datetime decimal difflib enum fractions hashlib heapq html io
    itertools json mam_agent math operator re statistics string textwrap typing unicodedata urllib.parse
    """.split()  # noqa: SIM905
)
"""What an agent's code may import. (The static gate's vocabulary, which is not part of the image.)"""

_ALSO = ("collections.abc", "html.parser", "operator", "random", "stringprep", "_strptime")

CODECS = """
    ascii utf_8 utf_8_sig utf_16 utf_16_le utf_16_be utf_32 utf_32_le utf_32_be utf_7 latin_1 charmap idna punycode
    unicode_escape raw_unicode_escape undefined base64_codec hex_codec rot_13 quopri_codec uu_codec zlib_codec bz2_codec
    iso8859_1 iso8859_2 iso8859_3 iso8859_4 iso8859_5 iso8859_6 iso8859_7 iso8859_8 iso8859_9 iso8859_10 iso8859_11
    iso8859_13 iso8859_14 iso8859_15 iso8859_16 cp037 cp437 cp500 cp850 cp852 cp858 cp866 cp874 cp1140 cp1250 cp1251
    cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 koi8_r koi8_u mac_roman big5 gb2312 gbk gb18030 euc_jp euc_kr
    shift_jis cp932 cp949 iso2022_jp
"""


_loaded: dict[str, codecs.CodecInfo] = {}


def preload() -> None:
    for name in (*sorted(IMPORTABLE), *_ALSO):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    for name in CODECS.split():
        with contextlib.suppress(LookupError):
            _loaded[name] = codecs.lookup(name)
    datetime.datetime.strptime("2026-01-31 +0000", "%Y-%m-%d %z").strftime("%c")


def keep_to_loaded_codecs() -> None:
    """From here on a codec that `preload` did not load is unknown, instead of an import."""

    def search(name: str) -> codecs.CodecInfo | None:
        wanted = encodings.normalize_encoding(name).lower()
        return _loaded.get(wanted) or _loaded.get(aliases.get(wanted, ""))

    codecs.unregister(encodings.search_function)
    codecs.register(search)
