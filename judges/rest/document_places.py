"""Where in a deployment's own document a finding lies, and what stands there: what a later reading is compared with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from contract.audited import Defect
from deployment.document import OWN, Document
from reports.finding.script.documents import digest_at

_MOST: Final = 100
# A place that is none of the document itself but one of our notes on it.
_NOTE: Final = "x-geti-contract"


def stood_at(document: Document, defects: Sequence[Defect]) -> dict[str, Any]:
    """The path of the document and, by place, the SHA-256 of what stands there; nothing for one given by the user."""
    if not document.source.endswith(OWN) or not defects:
        return {}
    places = dict.fromkeys(() if each.place[:1] and each.place[0].startswith(_NOTE) else each.place for each in defects)
    stood = [[list(place), digest_at(document.root, place)] for place in list(places)[:_MOST]]
    return {"stood": {"path": OWN, "places": stood}}
