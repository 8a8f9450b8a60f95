import pytest
from candidates import EXAMS

from mls_kit.score_model import ScoreModel


@pytest.fixture(scope="session")
def model() -> ScoreModel:
    return EXAMS[4]


@pytest.fixture(scope="session")
def tiny() -> ScoreModel:
    """Seven questions in three domains: small enough to enumerate."""
    return ScoreModel.from_exam_facts([3, 2, 2], 7)
