"""What is done with the reports of runs: ``python -m reports propose-waivers|merge``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from contract.results import ExitStatus
from reports.console import print_closing
from reports.merging import MergeError, merge
from reports.proposing import proposed
from reports.reading import UnreadableError, read_report
from reports.writing import REPORTS, ReportError, clear, write_reports


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what is asked for; the exit status, as a run's own."""
    given = _parser().parse_args(arguments)
    try:
        return int(given.do(given))
    except (UnreadableError, MergeError, FileExistsError) as error:
        print(error, file=sys.stderr)
        return int(ExitStatus.USAGE)
    except ReportError as error:
        print(f"REPORTS NOT WRITTEN: {error}", file=sys.stderr)
        return int(ExitStatus.INCOMPLETE)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m reports", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    waivers = commands.add_parser("propose-waivers", help="write a file of waivers to fill in, from what was found")
    waivers.add_argument("results", type=Path, metavar="results.json")
    waivers.add_argument("-o", "--output", type=Path, default=Path("waivers.toml"), help="default: waivers.toml")
    waivers.set_defaults(do=_propose)
    joined = commands.add_parser("merge", help="join the results of shards; one that is missing leaves it incomplete")
    joined.add_argument("parts", type=Path, nargs="+", metavar="DIR|results.json")
    joined.add_argument("-o", "--output", type=Path, required=True, metavar="DIR", help="where the reports go")
    joined.set_defaults(do=_merge)
    return parser


def _propose(given: argparse.Namespace) -> ExitStatus:
    report = read_report(given.results)
    found = proposed(report.results)
    count = found.count("[[waiver]]")
    if not count:
        print(f"nothing is broken in {given.results}: no waiver to propose")
        return ExitStatus.KEPT
    try:
        with given.output.open("x", encoding="utf-8") as file:
            file.write(found)
    except FileExistsError:
        raise FileExistsError(f"{given.output} is there already; give another file with -o") from None
    except OSError as error:
        raise ReportError(f"{given.output} cannot be written ({error.strerror})") from None
    print(f"{given.output}: {count} waiver{'' if count == 1 else 's'} to fill in, or to delete")
    return ExitStatus.KEPT


def _merge(given: argparse.Namespace) -> ExitStatus:
    parts = [read_report(part) for part in given.parts]
    whole = merge(parts)
    manifest = parts[0].run.whole or whole.manifest
    clear(given.output)
    print_closing(whole.run, whole.results, manifest, whole.conclusion, sys.stdout.write)
    for note in whole.run.notes:
        print(f"Note: {note}")
    write_reports(whole.run, whole.results, manifest, whole.conclusion, given.output)
    print(f"Reports: {given.output}/{{{','.join(REPORTS)}}}")
    return whole.conclusion.exit_status


if __name__ == "__main__":
    sys.exit(main())
