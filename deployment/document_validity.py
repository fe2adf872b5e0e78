"""Whether an OpenAPI document is valid: as it was read, and against the schema of its version of OpenAPI."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from contract.audited import AuditedDocument, Checked, Defect
from contract.document_parts import MALFORMED
from contract.verdicts import Judgement, Verdict

_SHOWN: Final = 500


def valid(document: AuditedDocument) -> Checked:
    """Every part of another form than OpenAPI gives it; else the first that its schema does not allow."""
    malformed: Sequence[str] = document.content.get(MALFORMED) or ()
    if malformed:
        defects = [Defect((MALFORMED, str(number)), "the document", each) for number, each in enumerate(malformed)]
        return Checked(Judgement(Verdict.NONCONFORMING, "; ".join(malformed)[:_SHOWN]), tuple(defects))
    import schemathesis  # it takes half a second to load, which a listing can do without

    try:
        schemathesis.openapi.from_dict(dict(document.content)).validate()
    except (ImportError, Warning) as error:  # of the validator, not of the document
        return Checked(Judgement(Verdict.INCONCLUSIVE, f"the document could not be validated: {error}"))
    except Exception as error:  # noqa: BLE001  whatever a hostile document makes the validator raise is the finding
        said = (str(error).strip().splitlines() or [type(error).__name__])[0][:_SHOWN]
        place = tuple(map(str, getattr(error, "instance_path", ())))
        return Checked(Judgement(Verdict.NONCONFORMING, said), (Defect(place, "the document", said),))
    return Checked(Judgement(Verdict.KEPT, f"{document.source} is valid"))
