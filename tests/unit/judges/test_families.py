"""A case whose needs are not to be had is one that could not be judged, never an error of the suite."""

from __future__ import annotations

from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest

from contract.cases import Case, Requirement
from contract.profiles import CLOUD
from contract.verdicts import Verdict
from deployment.errors import NotContainedError, SetupError
from judges.families import FAMILIES
from judges.judged import judged


@pytest.mark.parametrize("error", [SetupError("no project could be created"), NotContainedError("not sent")])
def test_a_case_that_cannot_be_set_up_is_inconclusive(error: Exception) -> None:
    def fail(_case: Case) -> Any:
        raise error

    workspace: Any = SimpleNamespace(client=SimpleNamespace(recording=lambda **_: nullcontext([])), profile=CLOUD)
    case = Case(requirement=Requirement("image.side.min", "image-upload"))
    judge: Any = SimpleNamespace(judge=fail)
    result = judged(FAMILIES["media"], lambda: judge, case, workspace).result
    assert (result.verdict, result.reason) == (Verdict.INCONCLUSIVE, str(error))
