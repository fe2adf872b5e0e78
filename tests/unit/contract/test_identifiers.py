"""One id is one id, however it is spelled."""

from __future__ import annotations

import pickle

import pytest

from contract.identifiers import Ids, canonical, identifiers

HEX = "0123456789abcdef01234567"
UUID = "0f8fad5b-d9cb-469f-a165-70867728950e"
SPELLINGS = (UUID, UUID.upper(), UUID.replace("-", ""), f"{{{UUID}}}", f"{{{UUID.upper()}}}")


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_of_a_uuid_is_that_id(spelling: str) -> None:
    assert spelling in Ids([UUID])
    assert UUID in Ids([spelling])
    assert canonical(spelling) == canonical(UUID)


def test_ids_in_capitals_are_those_in_small_letters() -> None:
    held = Ids([HEX.upper()])
    held.add(HEX)
    held.update([HEX])
    assert len(held) == 1
    assert list(held - Ids([HEX])) == []
    held.discard(HEX.upper())
    assert HEX not in held


@pytest.mark.parametrize("text", ["Latest", "X", "999999", f"{HEX}0", HEX[:-1], "{}", "{", "", f"{HEX[:-1]}g"])
def test_what_is_no_id_has_one_spelling(text: str) -> None:
    assert canonical(text) == text
    assert text in Ids([text])
    assert text.swapcase() not in Ids([text]) or text.swapcase() == text


def test_the_ids_of_a_text_are_found_in_either_case() -> None:
    assert identifiers(f'{{"id": "{HEX.upper()}", "of": "{UUID}", "hash": "{"ab" * 20}"}}') == {HEX, canonical(UUID)}


def test_ids_go_through_a_pipe() -> None:
    assert set(pickle.loads(pickle.dumps(Ids([UUID])))) == {canonical(UUID)}
