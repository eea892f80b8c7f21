#!/usr/bin/env python3
"""What a newcomer does: clone, ./dev up, read the mailbox, open a page, Ctrl-C."""
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from house import ROOT, free_port, wait_until  # noqa: E402


class FirstRun(unittest.TestCase):
    def test_a_fresh_clone_comes_up_and_stops(self):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="rollcall-clone-"))
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o755)
        clone = folder / "rollcall"
        subprocess.run(["git", "-c", "safe.directory=*", "clone", "-q", "--local", str(ROOT), str(clone)], check=True)
        port = free_port()
        environment = {k: v for k, v in os.environ.items() if not k.startswith("ROLLCALL_")}
        environment |= {"ROLLCALL_WEB_PORT": str(port), "ROLLCALL_BASE_URL": f"http://127.0.0.1:{port}"}
        out = folder / "out"
        with out.open("w") as file:
            process = subprocess.Popen(["./dev", "up"], cwd=clone, env=environment, stdout=file, stderr=subprocess.STDOUT,
                                       start_new_session=True)
        self.addCleanup(process.kill)
        wait_until("./dev up to say that all is there", 900,
                   lambda: "Ctrl-C stops everything" in out.read_text() or process.poll() is not None)
        self.assertIsNone(process.poll(), out.read_text())
        messages = list((clone / "var" / "maildir" / "new").iterdir())
        self.assertGreater(len(messages), 500)
        for url in re.findall(r"http://\S+", out.read_text()):
            with urllib.request.urlopen(url, timeout=20) as answer:
                self.assertEqual(answer.status, 200)
        status = subprocess.run(["build/rollcall", "status"], cwd=clone, env=environment, capture_output=True, text=True, check=True)
        self.assertIn("18 microconferences", status.stdout)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(60), 0)
        self.assertIn("database: stopped", out.read_text())
        left = subprocess.run(["pgrep", "-f", str(clone)], capture_output=True, text=True, check=False).stdout
        self.assertEqual(left, "", "processes were left behind")


if __name__ == "__main__":
    unittest.main()
