"""The gate sends the same requests whatever process draws them and whatever else is loaded."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parents[3]
DRAW = """
import contextlib, hashlib, sys
sys.path[:0] = [".", sys.argv[1]]
if sys.argv[2] == "beside":
    import beside
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from tests.support.synthetic_document import synthetic_document
from contract.openapi import operations
from judges.rest.search_budget import deterministic, seed_of
from judges.rest.generator import Generator
from judges.rest.request import UnsendableError, prepare

document, found = synthetic_document(), hashlib.sha256()
generator = Generator(document)
for operation in operations(document):
    values = dict.fromkeys(operation.parameters, "0" * 24)
    for negative in (False, True):
        for drawn in generator.boundaries(operation, negative=negative):
            with contextlib.suppress(UnsendableError):
                found.update(repr(prepare(drawn, operation, values)).encode())
        strategy = generator.strategy(operation, values, negative=negative)
        if strategy is None:
            continue

        @settings(max_examples=8, database=None, deadline=None, phases=[Phase.generate],
                  suppress_health_check=list(HealthCheck))
        @given(strategy)
        def search(drawn):
            with contextlib.suppress(UnsendableError):
                found.update(repr(prepare(drawn, operation, values)).encode())

        with deterministic(), contextlib.suppress(Unsatisfiable):
            seed(seed_of(operation.name, 0))(search)()
print(found.hexdigest())
"""


def drawn(directory: Path, beside: str, hashing: str) -> str:
    environment = os.environ | {"PYTHONHASHSEED": hashing}
    command = [sys.executable, "-c", DRAW, str(directory), beside]
    run = subprocess.run(command, cwd=HERE, env=environment, capture_output=True, text=True, check=True)
    return run.stdout


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> str:
    return drawn(tmp_path_factory.mktemp("nothing"), "nothing", "1")


@pytest.mark.parametrize(("beside", "hashing"), [("nothing", "2"), ("beside", "1")])
def test_another_process_and_another_module_draw_the_same_requests(
    tmp_path: Path, plain: str, beside: str, hashing: str
) -> None:
    constants = [f'"zz{n}zz", {70_000 + n * n}' for n in range(400)]
    (tmp_path / "beside.py").write_text(f"ODD = [{', '.join(constants)}]\n")
    assert drawn(tmp_path, beside, hashing) == plain
