"""What is documented and not judged yet, each with the reason why not."""

from __future__ import annotations

from contract.cases import Case
from suites.covering import Judge, covers


@covers("predict.frames.max")
def test_a_prediction_is_asked_for_at_most_20_frames(judge: Judge, case: Case) -> None:
    """A prediction is asked for at most 20 frames.

    Not judged: it takes a trained model, which no request of a gate can make.

    Source: Intel Geti REST API 2.11, batch prediction.
    """
    judge(case)


@covers("explain.frames.max")
def test_an_explanation_is_asked_for_at_most_20_frames(judge: Judge, case: Case) -> None:
    """An explanation is asked for at most 20 frames.

    Not judged: it takes a trained model, which no request of a gate can make.

    Source: Intel Geti REST API 2.11, batch explanation.
    """
    judge(case)


@covers("test.datasets")
def test_a_test_is_of_exactly_1_dataset(judge: Judge, case: Case) -> None:
    """A test is of exactly 1 dataset. Not judged: it takes a trained model, which no request of a gate can make.

    Source: Intel Geti REST API 2.11, model test.
    """
    judge(case)


@covers("thumbnail.side")
def test_a_thumbnail_is_asked_for_with_sides_of_1_to_1000_px(judge: Judge, case: Case) -> None:
    """A thumbnail is asked for with sides of 1 to 1,000 px. Not judged: no published document declares the parameter.

    Source: Intel Geti REST API 2.11, thumbnail.
    """
    judge(case)


@covers("user.settings.length.max")
def test_the_settings_of_a_user_have_at_most_3000_characters(judge: Judge, case: Case) -> None:
    """The settings of a user have at most 3,000 characters.

    Not judged: the settings of the key's user are not the run's to change.

    Source: Intel Geti REST API 2.11, user settings.
    """
    judge(case)
