"""A whole Rollcall in a folder of its own, for end-to-end tests: `rollcall up` on a free port, as a user runs it."""
import csv
import email
import email.policy
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("ROLLCALL_BINARY", str(ROOT / "build" / "rollcall"))
SAMPLE = ROOT / "services" / "importer" / "sample"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_until(what, seconds, true):
    """Waits for a condition and fails loudly; not a measurement."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return
        time.sleep(0.05)
    raise AssertionError(f"waited {seconds} s for: {what}")


class House:
    def __init__(self, **settings):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="rollcall-e2e-"))
        self.folder.chmod(0o755)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = None
        self.output = ""
        self.read_messages = {}  # by path; a message in a Maildir never changes
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("ROLLCALL_")},
            "ROLLCALL_VAR": str(self.folder / "var"),
            "ROLLCALL_WEB_PORT": str(self.port),
            "ROLLCALL_BASE_URL": self.url,
            "ROLLCALL_ORGANISERS": "organisers@example.org",
            "ROLLCALL_SMTP_RATE": "100000",
            "ROLLCALL_MATRIX_RATE": "100000",
            **settings,
        }

    # --- commands ---

    def run(self, *words, check=True, binary=False):
        done = subprocess.run([BINARY, *map(str, words)], env=self.environment, capture_output=True, cwd=self.folder, check=False)
        out = done.stdout if binary else done.stdout.decode()
        if check and done.returncode not in (0, 1):
            raise AssertionError(f"rollcall {' '.join(map(str, words))}: {done.returncode}\n{done.stderr.decode()}")
        return done.returncode, out, done.stderr.decode()

    def json(self, *words):
        return json.loads(self.run(*words, "--json")[1])

    def sql(self, text):
        """Runs SQL on the house's own database; returns the rows, a list of texts each."""
        data = (self.folder / "var" / "postgres").resolve()
        socket_folder = (data / "postmaster.pid").read_text().splitlines()[4]
        done = subprocess.run(["psql", "-XAtq", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-h", socket_folder, "-U", "rollcall",
                               "-d", "rollcall", "-c", text], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise AssertionError(f"{text}\n{done.stderr}")
        return [line.split("\t") for line in done.stdout.splitlines()]

    # --- the process ---

    def up(self, *words):
        self.out = self.folder / "up.out"
        with self.out.open("w") as out:
            self.process = subprocess.Popen([BINARY, "up", *words], env=self.environment, cwd=self.folder, stdout=out,
                                            stderr=subprocess.STDOUT, start_new_session=True)
        wait_until("the web worker to answer", 90, self.is_healthy)

    def read(self):
        self.output = self.out.read_text()
        return self.output

    def is_healthy(self):
        self.read()
        if self.process.poll() is not None:
            raise AssertionError(f"rollcall up ended with {self.process.returncode}:\n{self.output}\n{self.log()}")
        try:
            with urllib.request.urlopen(self.url + "/health", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def log(self):
        path = self.folder / "var" / "rollcall.log"
        return path.read_text()[-6000:] if path.exists() else ""

    def fill(self, fits, n=100):
        """Loads the sample conference with some of its people: those whose row fits, and of the others so many in all.
        Most tests need a conference and not seven hundred plans."""
        lines = (SAMPLE / "registrants.csv").read_text(encoding="utf-8").splitlines(keepends=True)
        rows = list(csv.DictReader(lines))
        assert len(rows) == len(lines) - 1, "a row of the sample has a line feed in it"
        chosen = [i for i, row in enumerate(rows) if fits(row)]
        chosen += [i for i in range(len(rows)) if i not in set(chosen)][:max(0, n - len(chosen))]
        path = self.folder / "registrants.csv"
        path.write_text(lines[0] + "".join(lines[i + 1] for i in sorted(chosen)), encoding="utf-8")
        self.run("import", SAMPLE / "schedule.xml", "--event", "lpc-sample-2025")
        self.run("import", SAMPLE / "cfp.txt", "--event", "lpc-sample-2025")
        self.run("import", path, "--event", "lpc-sample-2025")

    def is_quiet(self):
        """Nothing to do now: no due job, no message on its way. As `rollcall status` counts, which takes longer to start
        than many tests have patience for: it is asked ten times a second."""
        if not shutil.which("psql"):
            status = self.json("status")
            return not any(j["waiting"] for j in status["jobs"]) and not any(
                o["state"] in ("waiting", "leased") for o in status["outbox"])
        return self.sql("select not exists (select from rollcall.job where due_at <= now() or attempts > 0)"
                        " and not exists (select from rollcall.outbox where state in ('waiting', 'leased'))") == [["t"]]

    def settle(self, seconds=120):
        wait_until("everything to be worked off", seconds, self.is_quiet)

    def workers(self):
        """Process ids of the workers by name."""
        found = {}
        for line in subprocess.run(["ps", "-o", "pid=,ppid=,args=", "-A"], capture_output=True, text=True, check=True).stdout.splitlines():
            pid, ppid, args = line.split(None, 2)
            match = re.search(r"rollcall worker (\w+)", args)
            if match and int(ppid) == self.process.pid:
                found[match.group(1)] = int(pid)
        return found

    def stop(self):
        """As Ctrl-C does; returns what was printed."""
        if self.process is None:
            return ""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(60)
        self.read()
        self.process = None
        return self.output

    def done(self):
        try:
            self.stop()
        finally:
            link = self.folder / "var" / "postgres"
            if link.is_symlink():
                shutil.rmtree(link.resolve(), ignore_errors=True)
            shutil.rmtree(self.folder, ignore_errors=True)

    # --- the mailbox ---

    def messages(self):
        found = []
        for folder in ("", ".Matrix"):
            for path in sorted((self.folder / "var" / "maildir" / folder / "new").glob("*")):
                if path not in self.read_messages:
                    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
                    message.path = path
                    self.read_messages[path] = message
                found.append(self.read_messages[path])
        return found

    # --- the web ---

    def get(self, url):
        with urllib.request.urlopen(url, timeout=20) as answer:
            return answer.status, answer.read().decode()

    def post(self, url, **fields):
        data = urllib.parse.urlencode(fields).encode()
        with urllib.request.urlopen(urllib.request.Request(url, data=data), timeout=20) as answer:
            return answer.status, answer.read().decode()


def text_of(message):
    part = message.get_body(("plain",))
    return part.get_content() if part else message.get_content()


def calendar_of(message):
    """The unfolded calendar part, "" when there is none."""
    for part in message.walk():
        if part.get_content_type() == "text/calendar":
            return part.get_content().replace("\r\n", "\n").replace("\n ", "")
    return ""
