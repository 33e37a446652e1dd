"""Data sets of any size on Ray Data: tracing, drawing and checking, resumable after any kill.

Parquet, CSV, JSON Lines or a folder of pictures go in; Parquet comes out, one file for each block of input rows. A file is written under a
temporary name and renamed, so it is complete or absent; the next run with the same arguments makes those that are absent. Every key of the
input is in the output once. A row that cannot be read or worked on is a row with an error.

Without an address Ray runs inside this process and on this machine; ``address`` names a cluster. ``python -m linocut.ray`` is a command for
the same.

>>> from linocut.ray import trace_dataset                    # doctest: +SKIP
>>> trace_dataset("photos/", "traced/", workers=2).errors    # doctest: +SKIP
0
"""

from ._jobs import check_dataset, draw_dataset, trace_dataset
from ._run import Summary

__all__ = ["Summary", "check_dataset", "draw_dataset", "trace_dataset"]
