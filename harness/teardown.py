"""The teardown of a run: its ledger, the inventories before and after it, and what could not be deleted."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from contract.identifiers import Ids
from deployment.cleanup import Cleanup
from deployment.client import Client
from deployment.errors import SetupError
from deployment.inventory import Inventory, changed, leaked, summary, take_inventory
from deployment.ledger import Ledger, LedgerError, carries
from deployment.ledger_records import forget, is_living, read_record
from deployment.resume import sweep_command


@dataclass(slots=True)
class Teardown:
    """Deletes what a run created in one workspace, whose path is ``root``.

    ``left`` names what could not be deleted, ``changed`` what others changed meanwhile. What was there before the run
    is ``foreign``. ``kept`` says that nothing was deleted, for another run to go on with.
    """

    client: Client
    root: str
    directory: Path
    left: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    kept: bool = False
    foreign: Ids = field(default_factory=Ids)
    before: Inventory | None = None
    after: Inventory | None = None

    def open(self) -> None:
        """Take the inventory, and begin the ledger. Raises ``SetupError``."""
        try:
            self.client.ledger = Ledger(self.directory, self.client.run_id, self.client.base)
            self.before = take_inventory(self.client, self.root)
            own = Ids(each for one in read_record(self.client.ledger.path.parent).entries for each in one.ids)
            self.foreign = Ids(
                identifier
                for identifier, held in (self.before or {}).items()
                if identifier not in own and not carries(held.name, self.client.run_id)
            )
            self.client.area.foreign = self.foreign
            self.client.ledger.know_foreign(self.foreign)
        except (LedgerError, OSError) as error:
            raise SetupError(f"{error}; free space or give --geti-ledger-dir") from None

    def delete_everything(self, *, keeps: bool = False) -> None:
        """Delete whatever is still there, newest first, and compare the inventories; never raises.

        Nothing is deleted where the run ``keeps`` it, to be gone on with. The process of a run that ends last deletes
        whatever carries the run's name; those before it delete what is in their own ledgers.
        """
        ledger = self.client.ledger
        if ledger is None:
            return
        directory, self.client.budget.closing = ledger.path.parent, True
        if keeps:
            self.kept = True
            ledger.close()
            return
        self.left, alone = ["it was interrupted while it deleted"], False
        with contextlib.suppress(KeyboardInterrupt):
            try:
                alone = not is_living(directory, besides=ledger.path)
                self._clear(directory, None if alone else ledger.path)
            except OSError as error:
                self.left = [f"its ledger cannot be read ({error.strerror})"]
            finally:
                ledger.close()
            if not self.left and alone:
                with contextlib.suppress(OSError):
                    forget(directory)

    def _clear(self, directory: Path, only: Path | None) -> None:
        cleanup = Cleanup(self.client, read_record(directory, only), alone=only is None)
        cleanup.clear()
        self.left = cleanup.left
        if only is not None:
            return
        counted = frozenset(key for key, held in (self.before or {}).items() if held.datasets is not None)
        self.after = self.client.settling.until(
            lambda: take_inventory(self.client, self.root, counted),
            lambda after: after is None or not leaked(self.foreign, after, self.client.run_id, self.client.created),
        )
        if self.after is None:
            return
        self.left = cleanup.left or leaked(self.foreign, self.after, self.client.run_id, self.client.created)
        if self.before is not None:
            self.changed = changed(self.before, self.after, self.client.run_id, self.client.created)

    @property
    def lines(self) -> list[str]:
        """What the user should know of it, apart from any verdict; empty where all is as it was."""
        run, command = self.client.run_id, sweep_command(self.directory, self.client.run_id)
        if self.kept:
            return [f"KEPT what was filled; go on with it: --geti-resume {run}; remove it: {command}"]
        lines = []
        if self.left:
            lines.append(f"LEFT BEHIND by run {run}; with the key in GETI_TOKEN this removes it:")
            lines += [f"  {each}" for each in self.left]
            lines.append(f"  {command}")
        if self.changed:
            lines.append("changed meanwhile by others: " + "; ".join(self.changed))
        return lines

    @property
    def facts(self) -> dict[str, Any]:
        """The same for a report, as JSON values."""
        return {
            "before": summary(self.before),
            "after": summary(self.after),
            "left": self.left,
            "changed": self.changed,
        }
