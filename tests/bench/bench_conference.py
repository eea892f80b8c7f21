#!/usr/bin/env python3
"""A whole conference from files to delivered mail: import, all stages, outbox, a mail server that throws away.

    bench_conference.py BUILD [--attendees N] [--sessions N] [--names N] [--batch N] [--stages-only] [--profile]
                        [--keep FILE]

A private PostgreSQL with fsync, one worker of each stage, smtp-sink of Postfix as the mail server. Prints for every
phase the wall time, processor time and peak memory of the process, statements and rows where the program counts them,
and what the database used in all. Then one more registration, one more answer and one moved slot, from commit to
outbox. --profile prints the statements that took longest; --keep writes the messages, in an order that does not depend
on the run, so that two builds can be compared.
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
STAGES = ("resolve", "match", "clash", "plan")
TICK = os.sysconf("SC_CLK_TCK")
PORT = 20250
ROUNDS = 15


def cpu_of(pid):
    """Seconds of the process and of the children it has waited for."""
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return sum(int(x) for x in fields[11:15]) / TICK


def peak_of(pid):
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", text)[1]) / 1024


class Database:
    """A private PostgreSQL."""

    def __init__(self, folder, profile):
        self.folder = folder / "postgres"
        subprocess.run([ROOT / "tests/support/postgres", "start", self.folder], check=True)
        self.server_url = (self.folder / "url").read_text().strip()
        self.url = self.server_url.replace("/postgres?", "/bench?")
        data = pathlib.Path((self.folder / "data").read_text().strip())
        self.admin("alter system set fsync = on")
        if profile:
            self.admin("alter system set shared_preload_libraries = 'pg_stat_statements'")
            binary = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))[-1]
            subprocess.run(["runuser", "-u", "postgres", "--", binary, "-D", data, "-w", "-s", "restart"], check=True,
                           cwd="/", stdout=subprocess.DEVNULL)
            self.admin("alter system set pg_stat_statements.track = 'all'")
        self.admin("select pg_reload_conf()")
        self.admin("create database bench")
        if profile:
            self.value("create extension pg_stat_statements schema public")
        self.pid = int((data / "postmaster.pid").read_text().split()[0])

    def admin(self, sql):
        subprocess.run(["psql", self.server_url, "-qAtXc", sql], check=True, stdout=subprocess.DEVNULL)

    def value(self, sql):
        return subprocess.run(["psql", self.url, "-qAtXc", "set search_path = rollcall, public; " + sql], check=True,
                              capture_output=True, text=True).stdout.strip()

    def cpu(self):
        children = pathlib.Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return cpu_of(self.pid) + sum(cpu_of(pid) for pid in children)

    def stop(self):
        subprocess.run([ROOT / "tests/support/postgres", "stop", self.folder], check=False)


class Worker:
    def __init__(self, name, rollcall, folder, environment):
        self.name = name
        self.path = folder / f"{name}.log"
        self.file = self.path.open("w")
        self.process = subprocess.Popen([rollcall, "worker", name], env=environment, stdout=self.file, stderr=self.file)

    def lines(self):
        """(seconds since the epoch, {key: value}) of every job."""
        for line in self.path.read_text().splitlines():
            if " ev=job " in line:
                values = dict(re.findall(r"(\w+)=(\S+)", line))
                stamp = time.strptime(values["ts"][:19], "%Y-%m-%dT%H:%M:%S")
                yield time.mktime(stamp) - time.timezone + float(values["ts"][19:-1]), values

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.file.close()


def report(what, wall, cpu, peak="", more=""):
    print(f"{what:<24} {wall:8.2f} s {cpu:8.2f} s {peak:>8} {more}", flush=True)


def import_files(rollcall, environment, folder, database):
    total = 0.0
    for name in ("programme.xml", "lists.txt", "registrants.csv"):
        start, before = time.monotonic(), database.cpu()
        process = subprocess.Popen([rollcall, "import", folder / name, "--event", "bulk"], env=environment, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = status
        if status != 0:
            sys.exit(f"import of {name} failed")
        took = time.monotonic() - start
        total += took
        report("import " + name, took, usage.ru_utime + usage.ru_stime, f"{usage.ru_maxrss / 1024:.0f} MB",
               f"database {database.cpu() - before:.2f} s")
    return total


def wait_until(database, sql, limit_s=900):
    end = time.monotonic() + limit_s
    while database.value(sql) != "t":
        if time.monotonic() > end:
            sys.exit(f"gave up waiting until {sql}")
        time.sleep(0.1)


def settle(database):
    wait_until(database, "select not exists (select from job where due_at <= now() or attempts > 0)")


def run_stages(workers, database, began):
    """Phases one after the other as their logs tell it: a stage works when the ones before have nothing left."""
    wait_until(database, "select not exists (select from job where due_at <= now() or attempts > 0) and exists (select from outbox)")
    last = began
    for name in STAGES:
        worker = workers[name]
        lines = list(worker.lines())
        end = max((at for at, _ in lines), default=last)
        busy = sum(float(v["ms"]) for _, v in lines) / 1000
        counts = ""
        if lines and "trips" in lines[0][1]:
            counts = (f", {sum(int(v['trips']) for _, v in lines)} round trips, {sum(int(v['rows']) for _, v in lines)} rows,"
                      f" waiting for the database {sum(float(v['db_ms']) for _, v in lines) / 1000:.2f} s")
        report(f"stage {name}", max(0.0, end - last), cpu_of(worker.process.pid), f"{peak_of(worker.process.pid):.0f} MB",
               f"{len(lines)} transactions, busy {busy:.2f} s{counts}")
        last = max(last, end)
    return last


def deliver(worker, database, stages_end):
    wait_until(database, "select not exists (select from outbox where state in ('waiting', 'leased'))")
    last = float(database.value("select extract(epoch from max(sent_at)) from outbox"))
    sent = int(database.value("select count(*) from outbox where state = 'sent'"))
    report("deliver, after plan", max(0.0, last - stages_end), cpu_of(worker.process.pid), f"{peak_of(worker.process.pid):.0f} MB",
           f"{sent} sent")
    return last


CHANGES = {
    "one registration": ("insert into registrant (event_id, key, name, email, interests) select event_id, 'one-{0}', "
                         "'Latecomer Number' || chr(65 + {0}), 'one{0}@example.org', 'scheduler memory' from event"),
    "one answer": ("insert into answer (event_id, person_id, reply, via) select event_id, person_id, case {0} % 2 when 0 then 'yes' "
                   "else 'no' end, 'web' from resolution where person_id is not null order by mention_id offset {0} limit 1"),
    "one moved slot": ("update session set starts_at = starts_at + interval '1 minute', ends_at = ends_at + interval '1 minute' "
                       "where session_id = (select session_id from session where kind <> 'block' order by session_id offset {0} * 7 limit 1)"),
}


def changes(workers, database):
    """From the commit to the end of the last transaction that it caused; of each stage, its share and round trips."""
    for what, sql in CHANGES.items():
        took, shares, trips = [], {}, {}
        for i in range(ROUNDS):
            seen = {name: len(list(workers[name].lines())) for name in STAGES}
            start = time.time()
            committed = float(database.value(sql.format(i) + "; select extract(epoch from clock_timestamp())").splitlines()[-1])
            settle(database)
            ends = []
            for name in STAGES:
                fresh = list(workers[name].lines())[seen[name]:]
                shares.setdefault(name, []).append(sum(float(v["ms"]) for _, v in fresh))
                trips.setdefault(name, []).append(sum(int(v.get("trips", 0)) for _, v in fresh))
                ends += [at for at, _ in fresh]
            took.append(1000 * (max(ends, default=start) - committed))
        parts = ", ".join(f"{name} {statistics.median(shares[name]):.1f} ms/{statistics.median(trips[name]):.0f} trips" for name in STAGES)
        print(f"{what:<24} p50 {statistics.median(took):.0f} ms, max {max(took):.0f} ms: {parts}", flush=True)


def keep(database, path):
    """Messages without what differs from run to run: links, times of writing, ids that depend on order."""
    rows = database.value("""select json_agg(json_build_array(o.kind, o.channel, o.address,
        (o.payload - 'links' - 'calendar'), o.expires_at is null) order by o.kind, o.address, o.dedupe_key) from outbox o""")
    with open(path, "w") as out:
        for row in json.loads(rows):
            print(json.dumps(row, sort_keys=True), file=out)


def profile(database):
    print(database.value("""select round(total_exec_time::numeric, 1) || ' ms ' || calls || ' calls ' || rows || ' rows: '
        || left(regexp_replace(query, '\\s+', ' ', 'g'), 150) from pg_stat_statements
        where query !~ 'pg_stat_statements' order by total_exec_time desc limit 40"""))


def measure(arguments, folder):
    rollcall = pathlib.Path(arguments.build).resolve() / "rollcall"
    subprocess.run([ROOT / "tests/bench/make_conference.py", folder, str(arguments.attendees), str(arguments.sessions),
                    str(arguments.names)], check=True)
    database = Database(folder, arguments.profile)
    environment = {**os.environ, "ROLLCALL_DATABASE_URL": database.url, "ROLLCALL_VAR": str(folder / "var"),
                   "ROLLCALL_SMTP_URL": f"smtp://127.0.0.1:{PORT}", "ROLLCALL_SMTP_TLS": "none", "ROLLCALL_SMTP_RATE": "100000",
                   "ROLLCALL_ORGANISERS": "organiser@example.org", "ROLLCALL_BATCH": str(arguments.batch),
                   "ROLLCALL_SECRET": "0123456789abcdef0123456789abcdef", "ROLLCALL_LOG_LEVEL": "debug"}
    (folder / "var").mkdir()
    sink = subprocess.Popen([shutil.which("smtp-sink", path="/usr/sbin:/usr/bin"), "-u", "postfix", f"127.0.0.1:{PORT}", "1000"])
    workers = {}
    try:
        subprocess.run([rollcall, "migrate"], env=environment, check=True, stdout=subprocess.DEVNULL)
        commits = "select xact_commit from pg_stat_database where datname = 'bench'"
        before, used = int(database.value(commits)), database.cpu()
        print(f"{'phase':<24} {'wall':>10} {'processor':>10} {'peak':>8}")
        total = import_files(rollcall, environment, folder, database)
        start, began = time.monotonic(), time.time()
        workers = {name: Worker(name, rollcall, folder, environment) for name in (*STAGES, *([] if arguments.stages_only else ["deliver"]))}
        last = run_stages(workers, database, began)
        if not arguments.stages_only:
            last = deliver(workers["deliver"], database, last)
        settle(database)
        total += last - began
        report("whole conference", total, sum(cpu_of(w.process.pid) for w in workers.values()), "",
               f"database {database.cpu() - used:.2f} s of processor; {int(database.value(commits)) - before} commits, those of this script"
               f" included; {time.monotonic() - start:.1f} s until it was seen")
        print(database.value("""select 'requirements from mentions ' || (select count(*) from resolution where person_id is not null)
            || ', matches ' || (select count(*) from match) || ', clashes ' || (select count(*) from clash where is_open) || ', messages '
            || (select string_agg(kind || ' ' || n, ' ') from (select kind, count(*) n from outbox group by 1 order by 1) x)"""))
        if arguments.keep:
            keep(database, arguments.keep)
        if arguments.profile:
            profile(database)
        changes(workers, database)
    finally:
        for worker in workers.values():
            worker.stop()
        sink.terminate()
        database.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build")
    parser.add_argument("--attendees", type=int, default=20000)
    parser.add_argument("--sessions", type=int, default=2000)
    parser.add_argument("--names", type=int, default=20, help="leads and key attendees of each track")
    parser.add_argument("--batch", type=int, default=200)
    parser.add_argument("--stages-only", action="store_true", help="nothing is delivered")
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--keep", metavar="FILE")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as text:
        folder = pathlib.Path(text)
        folder.chmod(0o755)
        measure(arguments, folder)


if __name__ == "__main__":
    main()
