#!/usr/bin/env python3
"""docs/settings.md says what the program says."""
import difflib
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("ROLLCALL_BINARY", str(ROOT / "build" / "rollcall"))

written = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
done = subprocess.run([sys.executable, ROOT / "docs" / "make-settings.py", BINARY], capture_output=True, text=True, check=False)
if done.returncode != 0:
    sys.exit(f"docs/make-settings.py failed: {done.stderr}")
if done.stdout.count("| `ROLLCALL_") < 20:
    sys.exit(f"the program names hardly any setting: {done.stdout[:500]}")
if written != done.stdout:
    sys.stdout.writelines(difflib.unified_diff(written.splitlines(True), done.stdout.splitlines(True), "docs/settings.md", "the program"))
    sys.exit("docs/settings.md is out of date: docs/make-settings.py build/rollcall >docs/settings.md")
print("1 passed: docs/settings.md is what the program says")
