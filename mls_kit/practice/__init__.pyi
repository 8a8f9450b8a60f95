from .chance import PracticeChance as PracticeChance, practice_assumptions as practice_assumptions
from .done import (
    Answered as Answered,
    Done as Done,
    Tick as Tick,
    done_file as done_file,
    note_done as note_done,
    read_done as read_done,
)
from .entry import CAUSES as CAUSES, PracticeEntry as PracticeEntry
from .log import (
    PracticeLog as PracticeLog,
    append as append,
    has_entry as has_entry,
    log_file as log_file,
    my_log as my_log,
    no_log as no_log,
    read_log as read_log,
    seen_questions as seen_questions,
)
from .questions import (
    AnyBank as AnyBank,
    Question as Question,
    banks as banks,
    check_bank as check_bank,
    load_bank as load_bank,
    load_quiz as load_quiz,
    own_bank_files as own_bank_files,
    shareable as shareable,
)
from .readiness import Readiness as Readiness, readiness as readiness
from .result import PracticeResult as PracticeResult, PracticeRun as PracticeRun
from .rule import (
    least_questions as least_questions,
    luck_rate as luck_rate,
    readiness_rule as readiness_rule,
    rule_rate as rule_rate,
)
from .sets import KINDS as KINDS, PracticeSet as PracticeSet, practice_set as practice_set
from .sheet import reading as reading, write_sheet as write_sheet
