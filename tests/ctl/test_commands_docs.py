#!/usr/bin/env python3
"""Every command of the program stands in docs/commands.md with an example and in the manual page, and has a help text."""
import os
import pathlib
import re
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("ROLLCALL_BINARY", str(ROOT / "build" / "rollcall"))
PAGE = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
MANUAL = (ROOT / "docs" / "man" / "rollcall.1").read_text(encoding="utf-8").replace("\\-", "-")
HELP = subprocess.run([BINARY, "help"], capture_output=True, text=True, check=True).stdout
COMMANDS = re.findall(r"^  (\w+) +\S", HELP, re.M)


class Documents(unittest.TestCase):
    def test_the_commands_were_found(self):
        self.assertGreater(len(COMMANDS), 15)
        self.assertIn("check", COMMANDS)

    def test_each_command_has_an_example_or_its_own_words(self):
        for name in COMMANDS:
            self.assertRegex(PAGE, rf"(\$ rollcall {name}\b|\*\*{name}\*\*)")

    def test_each_command_is_in_the_manual_page(self):
        for name in COMMANDS:
            self.assertRegex(MANUAL, rf'(?m)^\.B\w* .*\b{name}\b')

    def test_no_document_shows_a_command_that_there_is_not(self):
        for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
            # "rollcall unix - n n" is a service of Postfix's master.cf
            for name in re.findall(r"^ +(?:\$ )?(?:build/)?rollcall (?!unix - )(\w+)", path.read_text(encoding="utf-8"), re.M):
                self.assertIn(name, [*COMMANDS, "help"], path.name)

    def test_links_between_documents_lead_somewhere(self):
        for path in [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]:
            for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
                self.assertTrue((path.parent / target).exists(), f"{path.name}: {target}")

    def test_each_command_has_a_help_text(self):
        for name in COMMANDS:
            done = subprocess.run([BINARY, name, "--help"], capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, name)
            self.assertIn(f"rollcall {name}", done.stdout)


unittest.main(verbosity=2)
