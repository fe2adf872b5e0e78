"""The plant file on disk: written whole or not at all, and read with the next step in each error."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from contract.planted import Planted, PlantFileError, parse_planted, to_text
from deployment.errors import SetupError


def read_planted(file: Path) -> Planted:
    """The set that a plant file holds. Raises ``SetupError``."""
    try:
        return parse_planted(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SetupError(
            f"the plant file {file} cannot be read ({error.strerror}); give that of --geti-plant"
        ) from None
    except UnicodeDecodeError:
        raise SetupError(f"the plant file {file} is no plant file; give that of --geti-plant") from None
    except PlantFileError as error:
        raise SetupError(f"the plant file {file} {error}; give the file as --geti-plant wrote it") from None


def write_planted(file: Path, planted: Planted) -> None:
    """Write a plant file in place of what stands there. Raises ``SetupError``; what stood there is left then."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor, part = tempfile.mkstemp(prefix=f".{file.name}-", dir=file.parent)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as out:
                out.write(to_text(planted))
                out.flush()
                os.fsync(out.fileno())
            Path(part).replace(file)
        except BaseException:
            Path(part).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise SetupError(f"the plant file {file} cannot be written ({error.strerror}); give another") from None
