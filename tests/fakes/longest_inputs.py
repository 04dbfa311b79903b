"""The longest value that a schema of the dialect allows."""

from shared.specs.schemas import DATE_PATTERN, URL_PATTERN
from shared.values import Json


def longest(schema: Json, filler: str = "\U0001f680") -> Json:
    """Texts are the filler repeated."""
    match schema["type"]:
        case "object":
            return {name: longest(part, filler) for name, part in schema["properties"].items()}
        case "array":
            return [longest(schema["items"], filler)] * schema["maxItems"]
        case "string" if "enum" in schema:
            return max(schema["enum"], key=len)
        case "string" if schema.get("pattern") == DATE_PATTERN:
            return "2026-11-23"
        case "string" if schema.get("pattern") == URL_PATTERN:
            return _filled("http://shop.test/", filler.replace(" ", "").replace("\n", ""), schema["maxLength"])
        case "string":
            return _filled("", filler, schema["maxLength"])
        case "boolean":
            return False
        case _:
            unbounded = -(10**20) if schema["type"] == "integer" else -1.2345678901234567e-300
            return schema.get("maximum", schema.get("minimum", unbounded))


def _filled(start: str, filler: str, length: int) -> str:
    return (start + filler * length)[:length]
