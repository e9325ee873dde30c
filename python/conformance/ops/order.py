"""The calls of the group order."""

import rowsplit as rs  # noqa: F401

from conformance.ops import op  # noqa: F401
