"""The gate sends the same requests whatever process draws them and whatever else is loaded."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

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

document, requests = synthetic_document(), hashlib.sha256()
generator = Generator(document)
for operation in operations(document):
    values = dict.fromkeys(operation.parameters, "0" * 24)
    for negative in (False, True):
        for generated in generator.boundaries(operation, negative=negative):
            with contextlib.suppress(UnsendableError):
                requests.update(repr(prepare(generated, operation, values)).encode())
        strategy = generator.strategy(operation, values, negative=negative)
        if strategy is None:
            continue

        @settings(max_examples=8, database=None, deadline=None, phases=[Phase.generate],
                  suppress_health_check=list(HealthCheck))
        @given(strategy)
        def search(generated):
            with contextlib.suppress(UnsendableError):
                requests.update(repr(prepare(generated, operation, values)).encode())

        with deterministic(), contextlib.suppress(Unsatisfiable):
            seed(seed_of(operation.name, 0))(search)()
print(requests.hexdigest())
"""


def requests_drawn(directory: Path, beside: str, hash_seed: str) -> str:
    environment = os.environ | {"PYTHONHASHSEED": hash_seed}
    command = [sys.executable, "-c", DRAW, str(directory), beside]
    return subprocess.run(command, cwd=HERE, env=environment, capture_output=True, text=True, check=True).stdout


def test_another_process_with_another_module_draws_the_same_requests(tmp_path: Path) -> None:
    constants = [f'"zz{n}zz", {70_000 + n * n}' for n in range(400)]
    (tmp_path / "beside.py").write_text(f"ODD = [{', '.join(constants)}]\n")
    assert requests_drawn(tmp_path, "beside", "2") == requests_drawn(tmp_path, "nothing", "1")
