"""What the bodies of requests take."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, ValidationError

from reference.requests import ImportedDataset, NewDataset, NewLabel


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (NewDataset, {"name": "a"}),
        (NewLabel, {"name": "a", "group": "b", "hotkey": "c"}),
        (ImportedDataset, {"file_id": "0" * 24, "dataset_id": "", "dataset_name": "a", "labels_map": {}}),
    ],
)
def test_half_of_a_surrogate_pair_is_no_text(body: type[BaseModel], fields: dict[str, str]) -> None:
    body.model_validate(fields)
    for name in (name for name, value in fields.items() if isinstance(value, str)):
        with pytest.raises(ValidationError):
            body.model_validate({**fields, name: "a\ud800"})
