"""One ledger for several processes of a run."""

from __future__ import annotations

from pathlib import Path

from deployment.ledger_records import read_record

RUN, PROJECTS = "0123abcd", "/organizations/o/workspaces/w/projects"
WRITE = f"""
import sys
from pathlib import Path
from deployment.ledger import Ledger
ledger = Ledger(Path(sys.argv[1]), {RUN!r}, 'http://h')
for n in range(200):
    body = {{'id': f'{{int(sys.argv[2]):012x}}{{n:012x}}'}}
    ledger.outcome(ledger.intend({PROJECTS!r}, {{}}), {PROJECTS!r}, 201, body)
"""


def test_several_processes_of_a_run_write_one_ledger(start, tmp_path: Path) -> None:
    processes = [start("-c", WRITE, str(tmp_path), str(number)) for number in range(3)]
    assert [process.finish().status for process in processes] == [0, 0, 0]
    assert len({one.at for one in read_record(tmp_path / RUN).projects}) == 600
