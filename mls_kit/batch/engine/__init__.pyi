from .children import ChildDied as ChildDied, NoSafeFork as NoSafeFork
from .papermill_engine import WarmEngine as WarmEngine
from .pool import WarmPool as WarmPool
