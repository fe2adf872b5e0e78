"""Counts and lifecycles: what comes of many requests, one after the other, in one project and in several.

State machines draw sequences: create, rename, delete, upload, import, annotate, edit labels, in any order, also in a
project that is as full as it may be. Their model is the contract. A sequence that breaks something is shrunk to a
shortest one, and reported as the requests to make.

A limit on a count that a sequence breaks is reported as that limit: a place that a deletion freed can be used.

Source: REST documentation, platform 2.0.0: what each operation creates, changes and deletes.
"""

from __future__ import annotations

from contract.cases import Case
from suites.covering import Judge, covers


@covers("lifecycle.changes")
def test_what_was_made_or_changed_shows_as_it_was_sent(judge: Judge, case: Case) -> None:
    """Names, labels, datasets, media and annotations read back as the last request about them left them."""
    judge(case)


@covers("lifecycle.deletions")
def test_what_was_deleted_is_gone_everywhere(judge: Judge, case: Case) -> None:
    """No reading, listing, display, thumbnail, annotation or statistic shows what was deleted, or lay in it."""
    judge(case)


@covers("lifecycle.untouched")
def test_what_a_request_does_not_name_stays_as_it_was(judge: Judge, case: Case) -> None:
    """A request changes what it names, and nothing else of this project or of another."""
    judge(case)


@covers("lifecycle.refusals")
def test_a_refusal_changes_nothing(judge: Judge, case: Case) -> None:
    """After a request that was refused everything is as it was before."""
    judge(case)


@covers("lifecycle.counts")
def test_the_counts_are_those_of_what_was_made_and_deleted(judge: Judge, case: Case) -> None:
    """The labels, datasets and media that a project counts are those that were made and not deleted."""
    judge(case)


@covers("lifecycle.acceptance")
def test_what_is_legal_is_accepted_whatever_was_done_before(judge: Judge, case: Case) -> None:
    """A legal request that is accepted by itself is accepted after any others, too."""
    judge(case)
