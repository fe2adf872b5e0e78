"""The same requests and the same bytes, whatever process makes them and whatever else is loaded."""

from __future__ import annotations

from pathlib import Path

import pytest

from generators.artefacts import make
from generators.specs import ImageSpec

DRAW = """
import contextlib, hashlib, sys
sys.path[:0] = [".", sys.argv[1]]
if sys.argv[2] == "beside":
    import beside
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from tests.support.synthetic_document import synthetic_document
from contract.openapi import operations
from judges.rest.drawing import DRAWING
from judges.rest.search_budget import seed_of
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

        with DRAWING.deterministic(), contextlib.suppress(Unsatisfiable):
            seed(seed_of(operation.name, 0))(search)()
print(found.hexdigest())
"""


@pytest.fixture
def drawn(start, tmp_path: Path):
    def draw(beside: str, hashing: str) -> str:
        run = start("-c", DRAW, str(tmp_path), beside, environment={"PYTHONHASHSEED": hashing}).finish()
        assert run.status == 0, run.console
        return run.console

    return draw


def test_other_processes_and_other_modules_draw_the_same_requests(drawn, tmp_path: Path) -> None:
    constants = [f'"zz{n}zz", {70_000 + n * n}' for n in range(400)]
    (tmp_path / "beside.py").write_text(f"ODD = [{', '.join(constants)}]\n")
    assert drawn("nothing", "1") == drawn("nothing", "2") == drawn("beside", "1")


def test_another_process_makes_the_same_bytes_without_a_library(start) -> None:
    spec = ImageSpec(61, 37, "jpg", "L", "solid", 201, encoder="direct")
    code = (
        "import sys\nfrom generators.artefacts import make\nfrom generators.specs import *\n"
        f"print(make({spec!r}).sha256)\n"
        "assert not {'PIL', 'av', 'numpy', 'hypothesis'} & set(sys.modules), 'a library was imported'"
    )
    run = start("-c", code).finish()
    assert (run.status, run.console.strip()) == (0, make(spec).sha256)
