#!/usr/bin/env bash
# The handbooks in Chinese: every command, address and file that they name, as they are written.
. "$(dirname "$0")/tap.sh"
export COUNTYGRID_NOW=1795313160 # 2026-11-22 10:06 in Beijing, as in their pictures
/usr/bin/python3 "$CG_SOURCE/tests/cli/handbook.py" "$CG_SOURCE" "$cg" README planner analyst command operator
