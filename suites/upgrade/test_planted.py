"""What was planted before an upgrade, read again after it.

Judged with `--geti-verify FILE` alone, of what `--geti-plant FILE` put in and noted before. What was put in must read
back, and so must what a medium is; what is the server's own (times, addresses, thumbnails, sizes in its storage, new
fields) may differ, and is told as a note.
"""

from __future__ import annotations

from contract.cases import Case
from suites.covering import Judge, covers


@covers("planted.project", "planted.dataset")
def test_projects_and_datasets_are_still_there(judge: Judge, case: Case) -> None:
    """A project keeps its name and its tasks, a dataset its name and its use."""
    judge(case)


@covers("planted.label")
def test_labels_keep_name_colour_hotkey_group_and_parent(judge: Judge, case: Case) -> None:
    """A label keeps its name, colour, hotkey, group, parent and task."""
    judge(case)


@covers("planted.medium", "planted.thumbnail")
def test_media_are_listed_and_described_as_before(judge: Judge, case: Case) -> None:
    """A medium is listed, is said to be what it was, and its thumbnail can be read."""
    judge(case)


@covers("planted.content", "planted.frames")
def test_media_give_out_the_bytes_and_frames_of_before(judge: Judge, case: Case) -> None:
    """What is given out of a medium is, byte for byte, what it was, and each frame of a video shows what it showed."""
    judge(case)


@covers("planted.annotation")
def test_every_version_of_annotations_is_kept(judge: Judge, case: Case) -> None:
    """Each version of annotations is there with its shapes and labels, and the last one is the latest."""
    judge(case)


@covers("planted.job", "planted.model")
def test_jobs_and_models_are_kept(judge: Judge, case: Case) -> None:
    """A job that has ended is there and ended as it did, and so is each model that it made."""
    judge(case)


@covers("planted.taken-again")
def test_what_was_taken_before_is_taken_again(judge: Judge, case: Case) -> None:
    """Each project and each medium that was taken before the upgrade is taken after it, too."""
    judge(case)
