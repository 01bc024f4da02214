#!/usr/bin/python3
"""Runs a command and sends it a signal in the middle of its work.

usage: strike.py SIGNAL FILES BYTES COMMAND...
SIGNAL  INT, KILL or TERM
FILES   pattern of names in this folder; the signal goes out once one of them has BYTES (0: once it is there)

Prints the exit code of the command (128 + signal when the signal ended it) as the last line of standard output; exits
with 0 when the signal went out in time, with 1 when the command was faster.
"""
import glob
import os
import signal
import subprocess
import sys
import time

number = getattr(signal, "SIG" + sys.argv[1])
pattern, enough = sys.argv[2], int(sys.argv[3])


def big_enough(name):
    try:
        return os.stat(name).st_size >= enough
    except OSError:
        return False


child = subprocess.Popen(sys.argv[4:])
struck = False
while child.poll() is None and not struck:
    if any(big_enough(name) for name in glob.glob(pattern, include_hidden=True)):
        child.send_signal(number)
        struck = True
    time.sleep(0.0002)
code = child.wait()
print(code if code >= 0 else 128 - code, flush=True)
sys.exit(0 if struck else 1)
