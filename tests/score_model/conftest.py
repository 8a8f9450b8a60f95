import json
from pathlib import Path

import pytest

from mls_kit.score_model.model import ScoreModel

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def reference() -> dict:
    return json.loads((HERE / "data" / "score_model_reference.json").read_text())


@pytest.fixture(scope="session")
def model() -> ScoreModel:
    return ScoreModel.from_exam_facts([20, 24, 36, 20], 50)


@pytest.fixture(scope="session")
def tiny() -> ScoreModel:
    """Seven questions in three domains: small enough to enumerate."""
    return ScoreModel.from_exam_facts([3, 2, 2], 7)


@pytest.fixture(scope="session")
def long_exam() -> ScoreModel:
    return ScoreModel.from_exam_facts([20, 24, 36, 20], 200)
