"""Memory in order: what is loaded is left alone by the collector, and threads share few pools."""

import gc
import subprocess
import sys

from channels.settle import few_arenas, settle_memory


def test_what_is_loaded_is_frozen_and_can_be_thawed():
    try:
        settle_memory()
        frozen = gc.get_freeze_count()
        assert frozen > 10_000
        gc.unfreeze()
        assert gc.get_freeze_count() == 0
    finally:
        gc.unfreeze()


def test_threads_share_pools():
    code = """
import ctypes, threading
from channels.settle import few_arenas
few_arenas()
libc, barrier = ctypes.CDLL(None), threading.Barrier(13)
libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
def take():
    libc.free(libc.malloc(5000)); barrier.wait(); barrier.wait()
for _ in range(12): threading.Thread(target=take).start()
barrier.wait(); libc.malloc_stats(); barrier.wait()
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stderr.count("Arena") <= 2


def test_another_malloc_is_left_alone(monkeypatch):
    monkeypatch.setattr("channels.settle.ctypes.CDLL", lambda _: object())
    few_arenas()
