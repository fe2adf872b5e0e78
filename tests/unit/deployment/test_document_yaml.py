"""YAML is that of version 1.2 with its core schema; what is hostile ends in one line, soon, and in little memory."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from contract.audit import audit_cases
from contract.audited import AuditedDocument
from contract.openapi import NAMES_TWICE, operations
from contract.profiles import CLOUD
from deployment.document import Document, document_of
from deployment.document_text import MAX_BYTES, decoded, parsed
from deployment.document_yaml import MAX_DEPTH
from deployment.errors import SetupError
from judges.rest.links import infer
from judges.rest.permissive import permissive


@pytest.mark.parametrize(
    ("written", "read"),
    [
        *((word, word) for word in ("yes", "no", "on", "off", "y", "n", "Yes", "NO", "On", "OFF")),
        *(("true", True), ("False", False), ("TRUE", True), ("tRUE", "tRUE")),
        *(("null", None), ("~", None), ("", None), ("Null", None), ("nULL", "nULL")),
        *(("010", 10), ("0o10", 8), ("0x1F", 31), ("0b11", "0b11"), ("+3", 3), ("-3", -3), ("08", 8)),
        *(("1_000", "1_000"), ("1:30", "1:30"), ("190:20:30", "190:20:30"), ("1,000", "1,000")),
        *(("2020-01-01", "2020-01-01"), ("2001-12-14t21:59:43.10-05:00", "2001-12-14t21:59:43.10-05:00")),
        *((".5", 0.5), ("1.", 1.0), ("1e3", 1000.0), ("1.5E-2", 0.015), ("1e", "1e"), (".", ".")),
        *(("'on'", "on"), ('"010"', "010"), ("'~'", "~"), ("!!str 010", "010"), ("! 010", "010"), ("!!int '7'", 7)),
        *(("=", "="), ("<<", "<<"), ("nan", "nan"), ("inf", "inf"), ("Infinity", "Infinity")),
    ],
)
def test_a_scalar_is_what_the_core_schema_of_yaml_1_2_says(written: str, read: Any) -> None:
    value = parsed(f"a: {written}", "here")["a"]
    assert (value, type(value)) == (read, type(read))


@pytest.mark.parametrize(
    "name", ["on", "no", "y", "null", "~", "true", "200", "010", "1_0", "2020-01-01", "1:30", "0x1"]
)
def test_a_name_is_the_text_that_is_written(name: str) -> None:
    assert parsed(f"{name}: 1", "here") == {name: 1}
    assert NAMES_TWICE in parsed(f"{name}: 1\n'{name}': 2", "here")


def test_aliases_and_merges_are_read() -> None:
    text = "a: &a {b: 1, c: 2}\nd: *a\ne: {<<: *a, b: 3}\nf: {b: 4, <<: [{b: 5, g: 6}, *a]}\n'<<': 7"
    read = parsed(text, "here")
    assert read["d"] == {"b": 1, "c": 2}
    assert read["e"] == {"b": 3, "c": 2}
    assert read["f"] == {"b": 4, "g": 6, "c": 2}
    assert read["<<"] == 7


BOMB = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60))
MERGES = "a0: &a0 {" + ", ".join(f"b{n}: 1" for n in range(2000)) + "}\n" + "a: [" + "{<<: *a0}, " * 2000 + "]\n"
REFERENCES = {
    "openapi": "3.1.0",
    "paths": {"/a": {"parameters": [{"$ref": "#/components/parameters/p40"}]}},
    "components": {
        "parameters": {
            "p0": {"name": "p", "in": "query"},
            **{
                f"p{n}": {"content": {f"a/{m}": {"encoding": {"e": {"headers": {"h": header}}}} for m in (1, 2)}}
                for n in range(1, 41)
                for header in [{"$ref": f"#/components/parameters/p{n - 1}"}]
            },
        }
    },
}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: &a [*a]", r"\*a names nothing that is complete before it \(line 1\)"),
        ("a: &a {b: {<<: *a}}", r"\*a names nothing"),
        ("a: *b", r"\*b names nothing"),
        (BOMB + "openapi: 3.1.0\npaths: {/a: {}}", "more than 2,000,000 parts|deeper than 100 levels"),
        (MERGES, "<< repeats more than 1,000,000 names"),
        (json.dumps(REFERENCES), "more than 2,000,000 parts|deeper than 100 levels"),
        ("[" * 200_000, f"nested deeper than {MAX_DEPTH} levels"),
        ('{"a": ' * 200_000, f"nested deeper than {MAX_DEPTH} levels"),
        ("- " * 5_000 + "a", f"nested deeper than {MAX_DEPTH} levels"),
        (json.dumps({"openapi": "3.1.0", "paths": {"/a": {}}, "x": json.loads("[" * 300 + "]" * 300)}), "deeper than"),
        ("a: .inf", "a number that JSON does not have"),
        ('{"a": NaN}', "a number that JSON does not have"),
        ('{"a": 1e999}', "a number that JSON does not have"),
        ("a: 1e999", "a number that JSON does not have"),
        ("a: 1" + "0" * 5000, "a number of thousands of digits"),
        ('{"a": 1' + "0" * 5000 + "}", "a number of thousands of digits"),
        ("a: !!binary aGk=", "a tag that JSON has no value for"),
        ("a: !!set {b}", "a tag that JSON has no value for"),
        ("a: !python/object:os.system b", "a tag that JSON has no value for"),
        ("[a]: b", "a name that is no text"),
        ("a: 1\n---\nb: 2", "a second document"),
        ("a: \x00", "neither JSON nor YAML"),
        ("", "holds no object"),
        ("<<: 1", "<< takes an object"),
    ],
)
def test_what_is_hostile_is_said_in_one_line(text: str, said: str) -> None:
    with pytest.raises(SetupError, match=said) as raised:
        loaded(text.encode())
    assert "\n" not in str(raised.value)


def test_what_is_too_large_is_not_read() -> None:
    with pytest.raises(SetupError, match="larger than 16 MiB"):
        decoded(b" " * (MAX_BYTES + 1), "here")


def test_a_byte_order_mark_is_no_part_of_the_document() -> None:
    assert decoded(b'\xef\xbb\xbf{"a": 1}', "here") == {"a": 1}
    with pytest.raises(SetupError, match="no UTF-8 text"):
        decoded('{"a": 1}'.encode("utf-16"), "here")


def loaded(content: bytes) -> Document:
    """A document with all that is made of it before the first request."""

    def absent(location: str) -> dict[str, Any]:
        raise SetupError(f"{location} is not there")

    document = document_of(decoded(content, "/nowhere/root.yaml"), "/nowhere/root.yaml", "root.yaml", absent)
    found = operations(document.content)
    infer(document.content, found)
    permissive(document.content)
    audited = AuditedDocument(document.content, found, document.source, CLOUD, document.declared)
    for case in audit_cases():
        case.check(audited)
    return document


WORDS = """
    get post GET parameters requestBody content application/json schema $ref $id $anchor properties items allOf name in
    required operationId responses 200 default security servers url variables components schemas pathItems callbacks
    webhooks example enum x-a type description headers links
"""
KEYWORDS = st.sampled_from(WORDS.split())
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.sampled_from(
        ["", "a", "/a", "#", "#/paths/~1a", "#/components/schemas/a", "b.yaml#/a", "http://[", "#a", "%00", "object"]
    ),
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYWORDS, inner, max_size=4), max_leaves=25
)
DOCUMENTS = st.fixed_dictionaries(
    {
        "openapi": st.sampled_from(["3.0.3", "3.1.0"]),
        "paths": st.dictionaries(st.sampled_from(["/a", "/a/", "b"]), VALUES),
    },
    optional=dict.fromkeys(("components", "servers", "security", "webhooks", "info"), VALUES),
)


@settings(max_examples=300, deadline=None)
@given(DOCUMENTS, st.sampled_from([json.dumps, yaml.safe_dump]))
def test_whatever_a_document_says_nothing_but_a_set_up_error_leaves_the_loader(document: Any, dump: Any) -> None:
    loads_or_is_refused(dump(document).encode())


@settings(max_examples=300, deadline=None)
@given(st.binary() | st.text(alphabet="{}[]:,-?*&!|>'\"%@#<~ \n\tab01.xe", max_size=60).map(str.encode))
def test_whatever_bytes_a_document_has_nothing_but_a_set_up_error_leaves_the_loader(content: bytes) -> None:
    loads_or_is_refused(content)
    loads_or_is_refused(b"openapi: 3.1.0\npaths: {/a: {get: {}}}\nx-a: " + content)


def loads_or_is_refused(content: bytes) -> None:
    said = ""
    try:
        loaded(content)
    except SetupError as error:
        said = str(error)
    assert "\n" not in said


def test_a_text_of_too_many_parts_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deployment.document_yaml.MAX_PARTS", 10)
    with pytest.raises(SetupError, match="more than 10 parts"):
        parsed("a: [1, 2, 3, 4, 5, 6, 7, 8]", "here")
