"""All tests. Worker processes of one run share the machine, so each computes with one thread.

Two workers with two threads each wait for one another by spinning: beside another worker, embedding 2,500 texts took 41 s
instead of 22, and a stream of 2,500 questions 21 s of processor time instead of 11. The libraries read this when they are
first imported, which is why it stands before every other import; what tests start inherits it.
"""

import os

if "PYTEST_XDIST_WORKER" in os.environ:
    for _library in ("OMP", "OPENBLAS", "MKL"):
        os.environ.setdefault(f"{_library}_NUM_THREADS", "1")
