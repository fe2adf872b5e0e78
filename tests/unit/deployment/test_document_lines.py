"""Where each part of a file stands, in JSON and in YAML alike."""

from __future__ import annotations

import json

import pytest

from deployment.document_lines import lines_of
from tests.support.synthetic_document import synthetic_document

YAML = """\
openapi: 3.1.0
paths:
  /a:
    get:
      parameters:
        - name: limit
          in: query
        - {name: skip, in: query}
      responses:
        '200': {description: done}
        '204': &none
          description: |
            nothing
        '404': *none
"""


def test_the_line_of_a_part_is_that_of_its_name() -> None:
    lines = lines_of(YAML)
    assert lines.line(("paths", "/a", "get", "parameters", "0", "in")) == 7
    assert lines.line(("paths", "/a", "get", "parameters", "1")) == 8
    assert lines.line(("paths", "/a", "get", "responses", "204", "description")) == 12


def test_what_stands_nowhere_has_the_line_of_what_it_would_belong_to() -> None:
    assert lines_of(YAML).line(("paths", "/a", "get", "responses", "404", "description")) == 14
    assert lines_of("").line(("paths",)) == 1


@pytest.mark.parametrize("indent", [1, None])
def test_the_lines_of_json_are_those_that_its_text_has(indent: int | None) -> None:
    text = json.dumps(synthetic_document(), indent=indent)
    found = lines_of(text).lines
    assert len(found) > 300
    written = text.splitlines()
    named = {pointer: line for pointer, line in found.items() if pointer and not pointer[-1].isdecimal()}
    assert all(json.dumps(pointer[-1]) in written[line - 1] for pointer, line in named.items())


@pytest.mark.parametrize("text", ['{"a": 1,\n "b": {"c": 1,\n "c": 2}}', "a: 1\nb:\n c: 1\n c: 2\n"])
def test_a_name_that_stands_again_is_said_with_its_line(text: str) -> None:
    assert lines_of(text).repeated == [(("b", "c"), text.count("\n") + (0 if text.endswith("\n") else 1))]


def test_names_are_read_as_they_are_meant() -> None:
    assert lines_of('{"\\u00e9\\n": {"": [1,\n2]}}').lines == {
        (): 1,
        ("é\n",): 1,
        ("é\n", ""): 1,
        ("é\n", "", "0"): 1,
        ("é\n", "", "1"): 2,
    }
