from .children import ChildDied as ChildDied, NoSafeFork as NoSafeFork, WarmPool as WarmPool
from .papermill_engine import WarmEngine as WarmEngine
