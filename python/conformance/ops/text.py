"""The calls of text ops that are done so far."""

import rowsplit as rs

from conformance.ops import op


@op("strings.lower")
def _(p, i):
    return rs.lower(i["input"], encoding=p["encoding"], nul_ends_string=True)


@op("strings.upper")
def _(p, i):
    return rs.upper(i["input"], encoding=p["encoding"], nul_ends_string=True)
