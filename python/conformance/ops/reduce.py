"""The calls of the group reduce."""

import rowsplit as rs  # noqa: F401

from conformance.ops import op  # noqa: F401
