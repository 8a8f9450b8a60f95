from .entry import (
    check_entry as check_entry,
    first_entry as first_entry,
    lines_of_earlier as lines_of_earlier,
    vocabulary_of as vocabulary_of,
)
from .frames import (
    ExamArrays as ExamArrays,
    by_exam as by_exam,
    failed_rows as failed_rows,
    possible_reports as possible_reports,
    reports_frame as reports_frame,
)
from .grid import UNCLOSED as UNCLOSED, Damaged as Damaged, Grid as Grid, Row as Row
from .my_plan import (
    KeptPlan as KeptPlan,
    is_own as is_own,
    keep_my_plan as keep_my_plan,
    last_request as last_request,
    my_plan as my_plan,
)
from .my_report import (
    clear_my_report as clear_my_report,
    earlier_as_lines as earlier_as_lines,
    earlier_from_lines as earlier_from_lines,
    example_file as example_file,
    example_report as example_report,
    is_mine as is_mine,
    my_report as my_report,
    my_request as my_request,
    place_in_words as place_in_words,
    save_my_report as save_my_report,
)
from .ratings import (
    find_domain as find_domain,
    name_rating as name_rating,
    rating_words as rating_words,
    read_flat_yaml as read_flat_yaml,
    split_domain as split_domain,
)
from .reading import (
    LANGUAGES as LANGUAGES,
    WEEKDAYS as WEEKDAYS,
    WISHES as WISHES,
    YEARS as YEARS,
    DaysOff as DaysOff,
    Notes as Notes,
    both_days as both_days,
    fold as fold,
    is_blank as is_blank,
    read_date as read_date,
    read_language as read_language,
    read_number as read_number,
    read_text as read_text,
    without_time as without_time,
)
from .report_file import ReportFile as ReportFile, read_report_file as read_report_file
from .request import (
    PARAMETERS as PARAMETERS,
    PlanRequest as PlanRequest,
    check_names as check_names,
    example_for as example_for,
    given_names as given_names,
    needed_for as needed_for,
    read_parameters as read_parameters,
    read_request_file as read_request_file,
)
from .score_report import ScoreReport as ScoreReport
from .spreadsheet import Text as Text, read_grids as read_grids
