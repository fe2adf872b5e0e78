"""The facts of a run as its reports tell them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from contract.results import RunInfo
from contract.tally import joined, operations_seen
from contract.version import VERSION

if TYPE_CHECKING:
    from harness.run import Run


def facts(run: Run) -> RunInfo:
    """What was judged, how, and at what cost, over all processes of the run; no key is in it."""
    others, client, options = run.sharing.others, run.client, run.options
    operations = operations_seen(client.tally, run.documented)
    told = RunInfo(
        run.run_id,
        VERSION,
        options.tier,
        run.profile.name,
        {key: str(value) for key, value in run.profile.changed().items()},
        client.base,
        run.discovery.product,
        options.seed,
        int(run.started * 1000),
        int(time.time() * 1000),
        client.requests + sum(other.requests for other in others),
        client.waited_s + sum(other.waited_s for other in others),
        tuple(run.notes),
        run.coverage,
        embedded=run.connection.embedded is not None,
        operations=joined((operations, *(other.operations for other in others))),
        shard=run.shard,
        whole=run.whole if run.shard else (),
        waivers=run.waivers.file,
        replay=options.replay_command,
        inventory=run.connection.teardown.facts,
    )
    cleaned: RunInfo = client.transport.redactor.cleaned(told)
    return cleaned
