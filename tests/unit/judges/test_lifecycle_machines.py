"""State machines: what they draw, what the model says of it, how it is shrunk, and which requirement it breaks."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from contract.profiles import CLOUD, ON_PREM, Profile, scaled_down
from contract.search import SearchSettings
from contract.verdicts import Verdict
from judges.machines.cases import lifecycle_cases
from judges.machines.choice import richest, shown_pairs
from judges.machines.commands import Command, script
from judges.machines.entity import Kind
from judges.machines.machine import FullProjectMachine, LifecycleMachine, drawn
from judges.machines.model import CHAINS, DATASETS, LABELS, MEDIA, SMALLEST, World, repaired
from judges.machines.search import GATE, Search
from judges.machines.shrinking import shortest
from judges.machines.steps import Action, Sequence_, Step, read, written
from judges.machines.symptoms import Aspect, Sign, Symptom, broken_by, needed_for

SMALL = scaled_down(CLOUD)
PROJECT = Step(Action.CREATE_PROJECT, made=1)
DATASET, LABEL = 2, 3
UPLOAD = Step(Action.UPLOAD_IMAGE, DATASET, 6)


def world(*steps: Step, profile: Profile = SMALL) -> World:
    made = World(profile)
    for step in steps:
        assert made.possible(step), step
        if made.refusal(step) is None:
            made.apply(step)
    return made


def limited(limit_id: str, value: int) -> Profile:
    return replace(SMALL, overrides={**SMALL.overrides, limit_id: value})


def draw(
    machine: type[LifecycleMachine] = LifecycleMachine, seeded: int = 1, profile: Profile = SMALL
) -> list[Sequence_]:
    return drawn(machine, profile, seeded=seeded, sequences=4, steps=12, affordable=50)


def test_the_same_seed_draws_the_same_sequences_and_another_seed_others() -> None:
    assert draw() == draw()
    assert draw() != draw(seeded=2)


@pytest.mark.parametrize("machine", [LifecycleMachine, FullProjectMachine])
@pytest.mark.parametrize("profile", [SMALL, CLOUD, ON_PREM], ids=["scaled", "cloud", "on-prem"])
def test_every_step_that_is_drawn_is_possible(machine: type[LifecycleMachine], profile: Profile) -> None:
    sequences = draw(machine, profile=profile)
    assert all(repaired(steps, profile) == steps for steps in sequences)
    assert max(map(len, sequences)) >= 12


def test_a_full_project_is_full_of_what_few_requests_make() -> None:
    begun = draw(FullProjectMachine)[0][:8]
    full = world(*begun)
    assert [full.room(limit, 1) for limit in (DATASETS, MEDIA, LABELS)] == [0, 0, 0]
    assert full.refusal(Step(Action.CREATE_DATASET, 1, 90)) == DATASETS
    assert full.refusal(Step(Action.UPLOAD_IMAGE, DATASET, 90)) == MEDIA


def test_no_more_is_filled_up_than_is_affordable() -> None:
    begun = draw(FullProjectMachine, profile=CLOUD)[0]
    assert not {Action.IMPORT, Action.FILL_DATASETS} & {step.action for step in begun[:7]}


def test_a_place_that_a_deletion_freed_can_be_used() -> None:
    second = Step(Action.CREATE_DATASET, 1, 7)
    full = world(PROJECT, second, profile=limited(DATASETS, 2))
    more = Step(Action.CREATE_DATASET, 1, 8)
    assert full.refusal(more) == DATASETS
    full.apply(Step(Action.DELETE_DATASET, 7))
    assert full.refusal(more) is None


def test_what_lies_in_a_dataset_goes_with_it_and_frees_its_places() -> None:
    made = world(
        PROJECT,
        Step(Action.CREATE_DATASET, 1, 7),
        Step(Action.UPLOAD_IMAGE, 7, 8),
        Step(Action.IMPORT, 7, 9, 3),
        Step(Action.DELETE_DATASET, 7),
    )
    assert made.count(MEDIA, 1) == 0
    assert made.entities[8].deleted == 7
    assert not made.possible(Step(Action.VIEW_MEDIUM, 8))


def test_a_medium_below_the_smallest_side_must_be_refused() -> None:
    assert world(PROJECT).refusal(Step(Action.UPLOAD_SMALL, DATASET, 6)) == SMALLEST


@pytest.mark.parametrize("chain", range(len(CHAINS)))
def test_no_task_is_left_without_the_labels_that_it_needs(chain: int) -> None:
    made = world(replace(PROJECT, number=chain))
    for label in made.living(Kind.LABEL):
        if made.possible(Step(Action.DELETE_LABEL, label.serial)):
            made.apply(Step(Action.DELETE_LABEL, label.serial))
    left = [label.task for label in made.living(Kind.LABEL)]
    assert [left.count(task) for task in range(len(CHAINS[chain]))] == [
        max(1, {"classification": 2}.get(kind, 1)) for kind, _labels in CHAINS[chain]
    ]


@pytest.mark.parametrize(("chain", "left"), [(0, (LABEL + 1,)), (1, ())])
def test_of_an_annotation_only_what_is_of_labels_that_are_left_is_held_against_anything(
    chain: int, left: tuple[int, ...]
) -> None:
    made = world(replace(PROJECT, number=chain), UPLOAD, Step(Action.ANNOTATE, 6, 7, LABEL))
    made.apply(Step(Action.DELETE_LABEL, LABEL))
    assert made.labels_left(made.entities[6]) == left
    made.apply(Step(Action.ANNOTATE, 6, 8, LABEL + 1))
    assert made.labels_left(made.entities[6]) == (LABEL + 1,)


def test_a_name_that_came_free_is_given_to_the_next_of_its_kind_and_no_other() -> None:
    made = world(PROJECT, Step(Action.CREATE_DATASET, 1, 6), Step(Action.RENAME_DATASET, 6))
    assert made.made_by(Step(Action.CREATE_DATASET, 1, 7)).name == "dataset 6 a"
    made.apply(Step(Action.DELETE_DATASET, 6))
    made.apply(Step(Action.CREATE_DATASET, 1, 7))
    assert made.entities[7].name == "dataset 6 b"
    made.apply(Step(Action.RENAME_DATASET, 7))
    assert made.entities[7].name == "dataset 7 b"
    assert made.made_by(Step(Action.CREATE_DATASET, 1, 8)).name == "dataset 6 b"
    assert not made.takes_name_again(Step(Action.ADD_LABEL, 1, 9))
    made.apply(Step(Action.ADD_LABEL, 1, 9))
    made.apply(Step(Action.DELETE_LABEL, 9))
    assert made.takes_name_again(Step(Action.ADD_LABEL, 1, 10))


def test_what_names_a_step_that_is_left_out_goes_with_it() -> None:
    steps = (PROJECT, UPLOAD, Step(Action.VIEW_MEDIUM, 6), Step(Action.RENAME_PROJECT, 1))
    assert repaired((steps[0], *steps[2:]), SMALL) == (steps[0], steps[3])


def test_a_sequence_is_shrunk_to_a_shortest_one_within_so_many_attempts() -> None:
    steps, asked = draw(seeded=5)[1], list[Sequence_]()
    wanted = steps[-1].action

    def fails(candidate: Sequence_) -> bool:
        asked.append(candidate)
        return any(step.action is wanted for step in candidate)

    least = shortest(steps, SMALL, fails, 80)
    assert fails(least)
    assert all(not fails(repaired(least[:at] + least[at + 1 :], SMALL)) for at in range(len(least)))
    assert len(set(asked)) <= 82
    asked.clear()
    shortest(steps, SMALL, fails, 3)
    assert len(asked) <= 3


def test_a_sequence_reads_back_as_it_was_remembered() -> None:
    steps = draw()[1]
    assert read(written(steps)) == steps
    with pytest.raises(ValueError, match="values"):
        read(b'[["nothing", 1]]')


def test_sequences_are_chosen_by_the_pairs_that_they_show() -> None:
    plain, rich = (PROJECT, UPLOAD), (PROJECT, UPLOAD, Step(Action.RENAME_PROJECT, 1))
    assert richest([plain, rich], 1, SMALL) == [rich]
    undone = (PROJECT, UPLOAD, Step(Action.DELETE_MEDIUM, 6), Step(Action.RENAME_PROJECT, 1))
    assert (Action.UPLOAD_IMAGE, Action.RENAME_PROJECT, "project") not in shown_pairs(undone, SMALL)


def symptom(sign: Sign, aspect: Aspect, **given: object) -> Symptom:
    return Symptom(sign, aspect, "as seen", **given)  # type: ignore[arg-type]


RENAME = Step(Action.RENAME_PROJECT, 1)
CASES = {
    "a rename that is lost": (
        symptom(Sign.ALTERED, Aspect.PROJECT, subject=1),
        RENAME,
        "lifecycle.changes@project",
        Verdict.UNCLEAN,
    ),
    "a rename that reaches another project": (
        symptom(Sign.ALTERED, Aspect.PROJECT, subject=9),
        RENAME,
        "lifecycle.untouched@project",
        Verdict.UNCLEAN,
    ),
    "a rename that costs a label": (
        symptom(Sign.ALTERED, Aspect.LABELS, subject=LABEL),
        RENAME,
        "lifecycle.untouched@labels",
        Verdict.UNCLEAN,
    ),
    "what was deleted and is there": (
        symptom(Sign.STILL_THERE, Aspect.MEDIA, deleted="project"),
        RENAME,
        "lifecycle.deletions@project",
        Verdict.UNCLEAN,
    ),
    "a count that is another": (
        symptom(Sign.MISCOUNTED, Aspect.MEDIA),
        UPLOAD,
        "lifecycle.counts@media",
        Verdict.UNCLEAN,
    ),
    "a place that is not given back": (
        symptom(Sign.REFUSED, Aspect.DATASET, limit=DATASETS),
        Step(Action.CREATE_DATASET, 1, 7),
        "project.datasets.max@dataset-creation",
        Verdict.OVER_ENFORCED,
    ),
    "a limit that is lifted": (
        symptom(Sign.ACCEPTED, Aspect.MEDIA, limit=SMALLEST),
        Step(Action.UPLOAD_SMALL, DATASET, 7),
        "image.side.min@image-upload",
        Verdict.NOT_ENFORCED,
    ),
    "something legal that is refused": (
        symptom(Sign.REFUSED, Aspect.PROJECT),
        RENAME,
        "lifecycle.acceptance",
        Verdict.OVER_ENFORCED,
    ),
    "an error of the server": (symptom(Sign.CRASHED, Aspect.PROJECT), RENAME, "lifecycle.acceptance", Verdict.CRASHED),
}


@pytest.mark.parametrize(("seen", "last", "requirement", "verdict"), CASES.values(), ids=CASES)
def test_a_symptom_breaks_the_requirement_that_it_is_of(
    seen: Symptom, last: Step, requirement: str, verdict: Verdict
) -> None:
    broken, judged = broken_by(seen, (PROJECT, last), refused=False)
    assert (broken.id, judged) == (requirement, verdict)
    assert broken.id in {case.requirement.id for case in lifecycle_cases(SMALL, "gate")}


def test_what_follows_a_refusal_is_changed_by_it() -> None:
    lost = symptom(Sign.ALTERED, Aspect.ANNOTATIONS, subject=6)
    broken, _verdict = broken_by(lost, (PROJECT, Step(Action.UPLOAD_SMALL, DATASET, 7)), refused=True)
    assert broken.id == "lifecycle.refusals"


def test_a_limit_that_no_sequence_comes_to_says_so() -> None:
    unjudged = {case.requirement.subject: case.unjudged for case in lifecycle_cases(CLOUD, "gate") if case.unjudged}
    assert set(unjudged) == {DATASETS, MEDIA}
    assert not any(case.unjudged for case in lifecycle_cases(SMALL, "gate"))


@pytest.mark.parametrize("seed", range(3))
def test_the_sequences_of_the_gate_have_steps_that_could_break_each_requirement(seed: int) -> None:
    workspace: Any = SimpleNamespace(profile=SMALL, search=SearchSettings(seed=seed))
    actions = {step.action for steps in Search(workspace, GATE).chosen() for step in steps}
    for case in lifecycle_cases(SMALL, "gate"):
        assert set(needed_for(case.requirement)) & actions, case.id


def test_the_requests_are_commands_in_which_ids_are_variables() -> None:
    identifier = "0123456789abcdef01234567"
    commands = [
        Command("POST", "/projects", {"name": "it's one"}),
        Command("PUT", f"/projects/{identifier}", {"id": identifier}),
        Command("POST", f"/projects/{identifier}/media", file="a b.png", note="64x64 px"),
    ]
    lines = script(commands, "http://geti", {identifier: "PROJECT_1"}).splitlines()
    assert [line.split(" -X ")[1].split()[0] for line in lines] == ["POST", "PUT", "POST"]
    assert not any(identifier in line for line in lines)
    assert lines[1].endswith("http://geti/api/v1/projects/$PROJECT_1")
    assert """'"$PROJECT_1"'""" in lines[1]
    assert lines[2].endswith("# 64x64 px")
