"""Formats and sizes of files, and the protocol of resumable uploads.

A format is recognized by the extension of the file name; every documented one is accepted, what just misses it is
refused. Files of gigabytes are sent in the capacity tier, in the others one of 12 and one of 60 MB in
their stead; the embedded deployment has their sizes set low.
"""

from __future__ import annotations

from contract.cases import Case
from suites.covering import Judge, covers


@covers("image.format")
def test_an_image_is_of_a_documented_format(judge: Judge, case: Case) -> None:
    """An image is one of the documented formats, by the extension of its file name.

    Source: Intel Geti REST API 2.11, image upload.
    """
    judge(case)


@covers("video.format")
def test_a_video_is_of_a_documented_format(judge: Judge, case: Case) -> None:
    """A video is one of the documented formats, by the extension of its file name.

    Source: Intel Geti REST API 2.11, video upload.
    """
    judge(case)


@covers("archive.file.min")
def test_an_archive_is_no_empty_file(judge: Judge, case: Case) -> None:
    """An archive is no empty file.

    Source: Intel Geti REST API 2.11, dataset upload.
    """
    judge(case)


@covers("tus.version")
def test_a_resumable_upload_speaks_tus_1_0_0(judge: Judge, case: Case) -> None:
    """A resumable upload speaks tus 1.0.0.

    Source: Intel Geti REST API 2.11, resumable upload; tus 1.0.0, Tus-Version.
    """
    judge(case)


@covers("tus.whole")
def test_an_import_is_prepared_of_a_file_that_was_uploaded_whole(judge: Judge, case: Case) -> None:
    """An import is prepared of a file that was uploaded whole.

    Source: Intel Geti REST API 2.11, preparation of a dataset import.
    """
    judge(case)


@covers("image.file.max")
def test_an_image_is_a_file_of_at_most_4_7_gib(judge: Judge, case: Case) -> None:
    """An image is a file of at most 4.7 GiB.

    Source: Intel Geti REST API 2.11, image upload: 413 is declared; the number is that of the service.
    """
    judge(case)


@covers("video.file.max")
def test_a_video_is_a_file_of_at_most_4_7_gb(judge: Judge, case: Case) -> None:
    """A video is a file of at most 4.7 GB.

    It is read as GB and as GiB: nothing is promised in between.

    Source: Intel Geti REST API 2.11, video upload.
    """
    judge(case)


@covers("archive.file.max")
def test_an_archive_is_a_file_of_at_most_10240_mb(judge: Judge, case: Case) -> None:
    """An archive is a file of at most 10,240 MB.

    At a resumable upload its length is announced, and no byte is sent.

    Source: Intel Geti REST API 2.11, dataset upload.
    """
    judge(case)
