"""Many reports: the rows of a spreadsheet, their mistakes, and the view of a group that shows no person.

>>> from mls_kit.cohort import read_cohort
>>> from mls_kit._folders import data_folder
>>> len(read_cohort(data_folder() / "cohorts" / "sample.csv").reports)
33
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
