"""One run of the gate against an embedded deployment that has some variants at once, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from benchmarks.benign.variants import VARIANTS, Variant
from benchmarks.power.runs import Finding, GateRun, run_gate
from contract.profiles import CLOUD, scaled_down
from contract.results import ExitStatus
from contract.verdicts import Verdict
from deployment import embedded
from reports.ctrf import NEVER_JUDGED
from tests.support.proxy import Proxy, with_shares

_SEED: Final = 19
# Limits on counts are set low, as the gate sets them in the deployment that it starts itself.
_LIMITS: Final = {key: value for key, value in scaled_down(CLOUD).changed().items() if isinstance(value, int)}


@dataclass(frozen=True, slots=True)
class BenignRun:
    """A run with some variants at once. ``whole`` says that no case was left out on purpose."""

    variants: tuple[Variant, ...]
    run: GateRun
    whole: bool

    @property
    def reported(self) -> tuple[Finding, ...]:
        """What was found broken, though it is not."""
        return tuple(finding for finding in self._broken if not self._may_be_broken(finding))

    @property
    def _broken(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.run.findings if finding.broken)

    def _may_be_broken(self, finding: Finding) -> bool:
        patterns = [pattern for variant in self.variants for pattern in variant.breaks]
        return any(fnmatchcase(finding.requirement, pattern) for pattern in patterns)

    @property
    def unjudged(self) -> tuple[Finding, ...]:
        """What could not be judged, though no variant is in the way of it."""
        allowed = [pattern for variant in self.variants for pattern in variant.unjudged]
        return tuple(
            finding
            for finding in self.run.findings
            if finding.verdict is Verdict.INCONCLUSIVE
            and (self.whole or finding.reason != NEVER_JUDGED)
            and not any(fnmatchcase(finding.requirement, pattern) for pattern in allowed)
        )

    @property
    def passed(self) -> bool:
        """Whether nobody was reported, everything judged that can be, and more was judged than was left open."""
        findings = self.run.findings
        unjudged = sum(each.verdict is Verdict.INCONCLUSIVE and each.reason != NEVER_JUDGED for each in findings)
        judged = sum(each.verdict is Verdict.KEPT for each in findings)
        expected = ExitStatus.INCOMPLETE if unjudged or not self.whole else ExitStatus.KEPT
        if self._broken:
            expected = ExitStatus.BROKEN
        as_expected = self.run.exit_status == expected and judged > unjudged
        return as_expected and not self.reported and not self.unjudged

    @property
    def name(self) -> str:
        """The variants in words."""
        return " + ".join(variant.id for variant in self.variants)


def run_benign(variants: Sequence[Variant], selection: str = "") -> BenignRun:
    """Judge the embedded deployment with some variants at once; ``selection`` is pytest's ``-k``."""
    chosen = ["-k", selection] if selection else []
    given = [word for options in dict.fromkeys(variant.options for variant in variants) for word in options]
    with _proxied(variants) as (proxy, target):
        run = run_gate(options=[*target, *given, *chosen])
    if proxy.errors:  # what was found then says nothing
        words = f"the proxy itself failed {len(proxy.errors)} times, the first: {proxy.errors[0]}"
        run = GateRun(-1, (), run.seconds, words)
    return BenignRun(tuple(variants), run, not selection)


@contextmanager
def _proxied(variants: Sequence[Variant]) -> Iterator[tuple[Proxy, list[str]]]:
    """A deployment of its own behind a proxy, and the options that lead a run there."""
    with ExitStack() as stack:
        lag_s = max((variant.lag_s for variant in variants), default=0.0)
        deployment = embedded.start("cloud", (), _LIMITS, lag_s)
        stack.callback(deployment.stop)
        shares = {fault: share for variant in variants for fault, share in variant.network.items()}
        in_order = [each for each in VARIANTS if each in variants]
        behaviours = [variant.behaviour() for variant in in_order if variant.behaviour is not None]
        proxy = Proxy(
            deployment.url,
            network_fault=with_shares(_SEED, shares) if shares else None,
            behaviours=behaviours,
            remembers=False,
        )
        stack.callback(proxy.stop)
        for variant in variants:
            if variant.meanwhile is not None:
                stack.enter_context(variant.meanwhile(deployment))
        directory = Path(deployment.directory.name)
        profile = directory / "profile.toml"
        profile.write_text("\n".join(["[limits]", *(f'"{limit}" = {value}' for limit, value in _LIMITS.items())]))
        keys = {"": deployment.token, "expired-": deployment.expired_token, "foreign-": deployment.foreign_token}
        options = ["--geti-url", proxy.url, "--geti-profile", str(profile)]
        options += ["--geti-ledger-dir", str(directory / "ledger")]
        for name, key in keys.items():
            file = directory / f"{name}key"
            file.write_text(key)
            options += [f"--geti-{name}token-file", str(file)]
        yield proxy, options
