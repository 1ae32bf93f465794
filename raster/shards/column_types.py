"""kind_of, merged, as_features: the types of what records hold, for readers that want to know them before the first one.

A kind is None where only null was seen, the name of a type, [kind of the items], or {name: kind of the field}.
"""

from collections.abc import Iterable
from functools import reduce
from typing import Any

Kind = Any
_NAMES = {bool: "bool", int: "int64", float: "float64", str: "string"}


def kind_of(value: Any) -> Kind:
    """The kind of a value as it comes from JSON."""
    if isinstance(value, dict):
        return {name: kind_of(each) for name, each in value.items()}
    if isinstance(value, list):
        return [merged(map(kind_of, value))]
    return _NAMES.get(type(value))


def merged(kinds: Iterable[Kind]) -> Kind:
    """The kind that all of them fit; of those that have none, such as a list and a number, that of text."""
    return reduce(_both, kinds, None)


def _both(one: Kind, other: Kind) -> Kind:
    if one is None or one == other:
        return other
    if other is None:
        return one
    if isinstance(one, dict) and isinstance(other, dict):
        return {name: _both(one.get(name), other.get(name)) for name in {**one, **other}}
    if isinstance(one, list) and isinstance(other, list):
        return [_both(one[0], other[0])]
    if {one, other} == {"int64", "float64"}:
        return "float64"
    return "string"


def as_features(kind: Kind) -> dict[str, Any]:
    """The kind as the card of a Hugging Face data set has it under dataset_info.features.

    A "sequence" of fields would be a struct of lists, so a list of structs is a "list". "list" of names came with datasets 4.
    """
    if isinstance(kind, dict):
        return {"struct": [{"name": name, **as_features(each)} for name, each in kind.items()]}
    if not isinstance(kind, list):
        return {"dtype": kind or "null"}
    item = as_features(kind[0])
    if isinstance(kind[0], dict):
        return {"list": item["struct"]}
    return {"sequence": item if isinstance(kind[0], list) else item["dtype"]}
