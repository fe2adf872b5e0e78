"""What is done with the reports of runs: ``python -m reports propose-waivers|diff|compare|merge``."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Sequence
from pathlib import Path

from contract.comparison import not_comparable
from contract.results import ExitStatus
from reports.changes import Kind, changes
from reports.comparison import comparison_lines, comparison_of
from reports.console import print_closing
from reports.files import REPORTS, ReportError, clear, write_reports
from reports.history import FILE, HistoryError, kept_run, last
from reports.merge import MergeError, merge
from reports.parser import UnreadableError, read_report
from reports.record import read_record
from reports.text import count, escape
from reports.waiver_proposal import proposed


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what is asked for; the exit status, as a run's own."""
    try:
        given = _parser().parse_args(arguments)
    except SystemExit as stop:  # argparse ends with 2, which is an interrupt here
        return int(ExitStatus.USAGE if stop.code else ExitStatus.KEPT)
    try:
        return int(given.do(given))
    except (UnreadableError, MergeError, FileExistsError, HistoryError) as error:
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
    compared = commands.add_parser("diff", help="new, fixed, flaky and still broken findings; 1 where any is new")
    compared.add_argument(
        "runs", type=Path, nargs="*", metavar="OLD NEW", help="two results.json, or their directories"
    )
    compared.add_argument("--history", type=Path, metavar="DIR", help="the last run kept there against those before it")
    compared.set_defaults(do=_diff)
    sides = commands.add_parser("compare", help="two deployments by their records; 1 where the second is worse")
    sides.add_argument(
        "sides", type=Path, nargs=2, metavar="FIRST SECOND", help="files of --geti-record, or results.json"
    )
    sides.set_defaults(do=_compare)
    joined = commands.add_parser("merge", help="join the results of shards; one that is missing leaves it incomplete")
    joined.add_argument("parts", type=Path, nargs="+", metavar="DIR|results.json")
    joined.add_argument("-o", "--output", type=Path, required=True, metavar="DIR", help="where the reports go")
    joined.add_argument("--history", type=Path, metavar="DIR", help="keep the whole there, as --geti-history does")
    joined.set_defaults(do=_merge)
    return parser


def _propose(given: argparse.Namespace) -> ExitStatus:
    report = read_report(given.results)
    proposal = proposed(report.results)
    waivers = proposal.count("[[waiver]]")
    if not waivers:
        print(f"nothing is broken in {given.results}: no waiver to propose")
        return ExitStatus.KEPT
    try:
        with given.output.open("x", encoding="utf-8") as file:
            file.write(proposal)
    except FileExistsError:
        raise FileExistsError(f"{given.output} is there already; give another file with -o") from None
    except OSError as error:
        raise ReportError(f"{given.output} cannot be written ({error.strerror})") from None
    print(f"{given.output}: {count(waivers, 'waiver')} to fill in, or to delete")
    return ExitStatus.KEPT


def _diff(given: argparse.Namespace) -> ExitStatus:
    if bool(given.history) == bool(given.runs) or len(given.runs) not in (0, 2):
        raise UnreadableError("give two results.json, the older one first, or --history DIR")
    if given.history:
        if not (given.history / FILE).is_file():
            raise UnreadableError(f"{given.history} holds no {FILE}; runs are kept with --geti-history")
        runs = last(given.history)
    else:
        reports = [read_report(path) for path in given.runs]
        runs = [kept_run(report.run, report.results, report.conclusion) for report in reports]
    if len(runs) < 2:
        raise UnreadableError(f"{given.history} holds one run of its kind; there is nothing to compare it with yet")
    changed = changes(runs)
    print(f"run {runs[-1].run_id} ({runs[-1].verdict}) against run {runs[-2].run_id} ({runs[-2].verdict})")
    for change in changed:
        cases = f" ({count(change.cases, 'case')})" if change.cases else ""
        print(f"{change.kind.upper()}: {escape(change.requirement)}: {escape(change.words)}{cases}")
    if all(change.kind is Kind.SWITCHED for change in changed):
        print("no finding is new, fixed, flaky or still there")
    return ExitStatus.BROKEN if any(change.kind is Kind.NEW for change in changed) else ExitStatus.KEPT


def _compare(given: argparse.Namespace) -> ExitStatus:
    first, second = (read_record(side) for side in given.sides)
    reason = not_comparable(first.report.run, second.report.run)
    if reason:
        raise UnreadableError(reason)
    documents = (first.document, second.document) if first.document and second.document else None
    comparison = comparison_of(first.side, second.side, documents)
    print("\n".join(comparison_lines(comparison)).lstrip())
    return ExitStatus(comparison["exit_status"])


def _merge(given: argparse.Namespace) -> ExitStatus:
    parts = [read_report(part) for part in given.parts]
    whole = merge(parts)
    manifest = parts[0].run.whole or whole.manifest
    clear(given.output)
    print_closing(whole.run, whole.results, manifest, whole.conclusion, sys.stdout.write)
    for note in whole.run.notes:
        print(f"Note: {note}")
    write_reports(whole.run, whole.results, manifest, whole.conclusion, given.output, given.history)
    print(f"Reports: {given.output}/{{{','.join(REPORTS)}}}")
    return whole.conclusion.exit_status


if __name__ == "__main__":
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a console that has not every character gets the rest
    sys.exit(main())
