"""Imported once by the process that reader workers are forked from: what they share is there before they are."""

import gc
import os

os.environ["OMP_NUM_THREADS"] = "1"  # threads of a library do not survive a fork; a worker has one core

from crawler.reading.reader import warm_up

warm_up()
gc.collect()
gc.freeze()  # no collection of a worker writes to the pages that all share
