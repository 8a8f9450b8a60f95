"""What a domain tests, what is likely missing when it is weak, and how to study it: from the exam's file, with kinds.

The sentences are in ``templates/domains.html.j2``.
"""

from __future__ import annotations

import pandas as pd

from mls_kit.exam import Exam, load_method
from mls_kit.html import Block, render

__all__ = ["domain_contents", "domain_goals", "study_methods"]

_DOMAINS = "explain/domains.html.j2"


def domain_contents(exam: Exam, first: str = "") -> Block:
    """Return what each domain tests, in the order of the exam guide; all but the domain named are folded away.

    Parameters
    ----------
    exam : Exam
    first : str
        The domain to show open.

    Examples
    --------
    >>> from mls_kit.exam import find_exam
    >>> "Train ML models" in str(domain_contents(find_exam("MLS-C01"), "Modeling"))
    True
    """
    return render(_DOMAINS, "contents", exam=exam, first=first, article=load_method().article)


def study_methods() -> Block:
    """Return how to study a domain by its rating, as a table with the kind of each row.

    Examples
    --------
    >>> "hands-on lab" in str(study_methods())
    True
    """
    return render(_DOMAINS, "methods", methods=load_method().methods)


def domain_goals(ranked: pd.DataFrame) -> Block:
    """Return one goal a domain that can be checked, for a table of priorities.

    Parameters
    ----------
    ranked : DataFrame
        What ``prioritize`` returns for one report.

    Examples
    --------
    >>> from mls_kit import ScoreReport, prioritize
    >>> goals = domain_goals(prioritize(ScoreReport("MLS-C01", 690, "S, C, NI, NI")))
    >>> "answer 80 % of 20 fresh Modeling questions" in str(goals)
    True
    """
    return render(_DOMAINS, "goals", ranked=ranked, rules=load_method().plan)
