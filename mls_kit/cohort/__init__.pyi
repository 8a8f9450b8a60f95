from .attempts import Attempt as Attempt, RowProblem as RowProblem, by_learner as by_learner
from .chance import GroupChance as GroupChance, count_interval as count_interval
from .check import Findings as Findings, column_remarks as column_remarks
from .collect import Collected as Collected, collect_reports as collect_reports, not_read_file as not_read_file
from .fixes import Change as Change, write_fixed as write_fixed
from .headings import known_columns as known_columns
from .progress import Progress as Progress
from .reader import Cohort as Cohort, CohortReader as CohortReader, Entry as Entry, read_cohort as read_cohort
from .sample import sample_cohort as sample_cohort
from .sheets import Sheet as Sheet, workbook_of as workbook_of
from .suppression import Counts as Counts
from .view import CohortView as CohortView, ExamGroup as ExamGroup, Expected as Expected, read_view as read_view
from .workshops import WorkshopGroup as WorkshopGroup
