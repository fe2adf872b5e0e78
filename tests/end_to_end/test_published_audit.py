"""The audit of a published document, which ``GETI_PUBLISHED_DOCUMENT`` names: what it is known to find there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from contract.profiles import CLOUD
from deployment.audit import audited
from deployment.compatibility import findings_between

PUBLISHED = os.environ.get("GETI_PUBLISHED_DOCUMENT", "")
pytestmark = pytest.mark.skipif(not PUBLISHED, reason="none is named")
# Of Geti 2.11: rule, operation, and a part of what is said.
KNOWN = (
    ("numbers@video.width.max", "UploadVideo", "states 7,680, the table 7,860 px"),
    ("numbers@project.labels.max", "ImportProjectFromDataset", "states 1,000 in an example, the table 500 labels"),
    ("numbers-in-examples@archive.file.max", "DatasetImportUploadFile", "exceeding 10240 MB"),
    ("limits-declared@project-creation", "CreateProject", "does not declare 409"),
    ("limits-declared@image-upload", "UploadImage", "does not declare 409"),
    ("limits-declared@video-upload", "UploadVideo", "does not declare 409"),
    ("key-statuses@401", "the document", "none of 103 operations declares 401"),
    ("key-statuses@403", "the document", "none of 103 operations declares 403"),
    ("rate-status@429", "the document", "none of 103 operations declares 429"),
    ("bodiless-answers", "GetImageAnnotation (204)", "declares a body for 204"),
)


def test_what_is_known_of_the_published_document_is_found_with_its_line() -> None:
    findings = audited(PUBLISHED, CLOUD)[1]
    for rule, subject, words in KNOWN:
        (found,) = [each for each in findings if (each.rule, each.subject) == (f"document.{rule}", subject)]
        assert words in found.message
        line = Path(found.source.file).read_text(encoding="utf-8-sig").splitlines()[found.source.line - 1]
        assert found.source.pointer.rpartition("/")[2].replace("~1", "/") in line


def test_the_published_document_is_compatible_with_itself() -> None:
    assert findings_between(PUBLISHED, PUBLISHED) == []
