"""A small reader of JSON Schema: does a value fit, and values that nearly fit, for driving."""

from typing import Any

from hypothesis import strategies as st

# What breaks careless services: quotes, markup, paths, templates, halves of letters, long runs.
NASTY = st.sampled_from(
    [
        "",
        " ",
        "\0",
        "%00",
        "'",
        '"',
        "\\",
        "../..",
        "<script>",
        "{{ 7*7 }}",
        "{% raw %}",
        "%s%n",
        "-1",
        "9" * 40,
        "1e400",
        "NaN",
        "null",
        "true",
        "\u202e",
        "\ufeff",
        "😀",
        "а" * 3000,
        "::: staff",
        "a:b:c AND (",
        "/",
        "//",
        "@login",
        "2026-02-30",
        "9999-12-31T23:59:59Z",
        "0" * 32,
        "ё",
        "\r\n",
    ]
)
TEXT = NASTY | st.text(st.characters(codec="utf-8"), max_size=40)
ANY_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)


class Reader:
    """Reads the schemas of one OpenAPI document."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document

    def faults(self, value: Any, schema: dict[str, Any], place: str = "$") -> list[str]:
        """Say where a value does not fit; nothing where it does."""
        schema = self._resolved(schema)
        for word in ("oneOf", "anyOf"):
            if word in schema:
                found = [self.faults(value, one, place) for one in schema[word]]
                return [] if any(not one for one in found) else found[0]
        kind = schema.get("type")
        if kind is None:
            return []
        if not _is_kind(value, kind):
            return [f"{place}: {value!r:.60} is no {kind}"]
        if kind == "object":
            return self._object_faults(value, schema, place)
        if kind == "array":
            return [
                fault
                for number, one in enumerate(value)
                for fault in self.faults(one, schema.get("items", {}), f"{place}[{number}]")
            ]
        return []

    def values(self, schema: dict[str, Any], depth: int = 0) -> st.SearchStrategy[Any]:
        """Give values of a schema, now and then none of it."""
        return st.one_of(self._fitting(schema, depth), self._fitting(schema, depth), ANY_JSON)

    def _fitting(self, schema: dict[str, Any], depth: int) -> st.SearchStrategy[Any]:
        schema = self._resolved(schema)
        options = schema.get("oneOf") or schema.get("anyOf")
        if options:
            return st.one_of([self._fitting(one, depth) for one in options])
        if "enum" in schema:
            return st.sampled_from(schema["enum"]) | TEXT
        kind = schema.get("type")
        if kind == "object" and depth < 3:
            named = {
                name: self.values(one, depth + 1)
                for name, one in schema.get("properties", {}).items()
            }
            return st.fixed_dictionaries({}, optional=named)
        if kind == "array" and depth < 3:
            return st.lists(self.values(schema.get("items", {}), depth + 1), max_size=3)
        return {
            "string": TEXT,
            "integer": st.integers(-(2**70), 2**70) | st.integers(0, 30),
            "number": st.floats(allow_nan=False, allow_infinity=False),
            "boolean": st.booleans(),
            "null": st.none(),
        }.get(str(kind), ANY_JSON)

    def _object_faults(
        self, value: dict[str, Any], schema: dict[str, Any], place: str
    ) -> list[str]:
        known = schema.get("properties", {})
        faults = [
            f"{place}.{name} is missing" for name in schema.get("required", []) if name not in value
        ]
        for name, one in value.items():
            if name in known:
                faults += self.faults(one, known[name], f"{place}.{name}")
        return faults

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in schema:
            name = schema["$ref"].rsplit("/", 1)[1]
            schema = self.document["components"]["schemas"][name]
        return schema


def _is_kind(value: Any, kind: str) -> bool:
    if kind in ("integer", "number") and isinstance(value, bool):
        return False
    kinds: dict[str, type | tuple[type, ...]] = {
        "object": dict,
        "array": list,
        "string": str,
        "integer": int,
        "number": (int, float),
        "boolean": bool,
        "null": type(None),
    }
    return isinstance(value, kinds[kind])
