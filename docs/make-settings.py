#!/usr/bin/env python3
"""Writes docs/settings.md to standard output from what the program itself says: docs/make-settings.py [build/rollcall]"""
import json
import os
import subprocess
import sys

# The first setting of each group, in the order of services/lib/base/settings.def.
GROUPS = {
    "ROLLCALL_CONFIG": "In general",
    "ROLLCALL_DATABASE_URL": "Database and queue",
    "ROLLCALL_SECRET": "Links and the web worker",
    "ROLLCALL_MAILDIR": "Delivery",
    "ROLLCALL_ORGANISERS": "Who is told what, and when",
    "ROLLCALL_INDICO_TOKEN": "Imports",
}
HEAD = """# Settings

Written by `docs/make-settings.py` from `rollcall config --json`; a test fails when the two differ. Do not edit.

Each setting is an environment variable. The same names may stand as `NAME=value` lines (`#` begins a comment) in
the file that `ROLLCALL_CONFIG` names; the environment wins. Durations are written `500ms`, `30s`, `10m`, `24h`, `7d`.
`rollcall config` prints the values in force and where each comes from, with secrets masked; a value that cannot be
used stops every command with the setting's name and its bounds.
"""


def cell(text):
    return text.replace("|", "\\|").replace("<", "&lt;")


def main():
    binary = sys.argv[1] if len(sys.argv) > 1 else "build/rollcall"
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ROLLCALL_")}
    done = subprocess.run([binary, "config", "--json"], env=environment, capture_output=True, text=True, check=True)
    left = dict(GROUPS)
    lines = [HEAD.rstrip()]
    for row in json.loads(done.stdout):
        if row["name"] in left:
            lines += ["", f"## {left.pop(row['name'])}", "", "| setting | default | meaning |", "| --- | --- | --- |"]
        default = f"`{row['default']}`" if row["default"] else "none"
        unit = f" {row['unit']}" if row["unit"] else ""
        lines.append(f"| `{row['name']}` | {cell(default + unit)} | {cell(row['meaning'])} |")
    if left:
        sys.exit(f"no such settings any more, mend GROUPS: {', '.join(left)}")
    sys.stdout.write("\n".join(lines) + "\n")


main()
