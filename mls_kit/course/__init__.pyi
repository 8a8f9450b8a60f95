from .checks import check as check, predicted as predicted, revealed as revealed
from .door import door_pages as door_pages, write_door as write_door
from .environment import environment as environment
from .faq import answer as answer, myths as myths
from .lessons import course_map as course_map, lessons as lessons, terms as terms
from .routes import load_routes as load_routes
from .workshop import write_workshop as write_workshop
