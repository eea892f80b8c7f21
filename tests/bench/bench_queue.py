#!/usr/bin/env python3
"""The job queue beside graphile-worker (npm), on one PostgreSQL, in turns.

    cmake -S . -B build -DROLLCALL_TESTS=ON && ninja -C build rollcall bench_queue
    tests/bench/bench_queue.py build [ROUNDS] [JOBS]

graphile-worker is installed into BUILD/peers. CPU is of client and server together.
"""
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
BUILD = pathlib.Path(sys.argv[1]).resolve()
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 5
JOBS = int(sys.argv[3]) if len(sys.argv) > 3 else 20000
FOLDER = BUILD / "bench-postgres"
PEERS = BUILD / "peers"
TICK = os.sysconf("SC_CLK_TCK")


def install(*packages):
    PEERS.mkdir(exist_ok=True)
    if not all((PEERS / "node_modules" / p).exists() for p in packages):
        subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(PEERS), *packages], check=True)


def server_cpu(postmaster):
    """CPU seconds of a postmaster, its children, and those that have ended."""
    total = 0
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            pid, rest = stat.read_text().split(" ", 1)
        except OSError:
            continue
        fields = rest.rsplit(")", 1)[1].split()
        if int(pid) == postmaster:
            total += sum(map(int, fields[11:15]))
        elif int(fields[1]) == postmaster:
            total += sum(map(int, fields[11:13]))
    return total / TICK


def measure(postmaster, command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    server = server_cpu(postmaster)
    out = subprocess.run(command, check=True, capture_output=True, text=True, cwd=PEERS).stdout.split()
    time.sleep(0.3)  # until its backends have ended and are counted with the postmaster
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime + server_cpu(postmaster) - server
    return [float(x) for x in out], cpu


def main():
    install("graphile-worker")
    (PEERS / "bench_queue_peer.mjs").write_text((HERE / "bench_queue_peer.mjs").read_text())
    subprocess.run([HERE.parent / "support" / "postgres", "start", FOLDER], check=True, stdout=subprocess.DEVNULL)
    try:
        compare()
    finally:
        subprocess.run([HERE.parent / "support" / "postgres", "stop", FOLDER], check=True, stdout=subprocess.DEVNULL)


def compare():
    base = (FOLDER / "url").read_text().strip()
    host = base.split("host=")[1].split("&")[0].split()[0]
    psql = ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-h", host, "-U", "rollcall", "-d"]
    for name in ("ours", "theirs"):
        subprocess.run([*psql, "postgres", "-c", f"drop database if exists {name}", "-c", f"create database {name}"], check=True,
                       stderr=subprocess.DEVNULL)
    for setting in ("fsync = on", "synchronous_commit = on", "full_page_writes = on"):
        subprocess.run([*psql, "postgres", "-c", f"alter system set {setting}"], check=True)
    subprocess.run([*psql, "postgres", "-c", "select pg_reload_conf()"], check=True, stdout=subprocess.DEVNULL)
    postmaster = int(subprocess.run([*psql, "postgres", "-c", "select pg_read_file('postmaster.pid')"], check=True,
                                    capture_output=True, text=True).stdout.split("\n", 1)[0])
    ours, theirs = (f"postgresql://rollcall@/{name}?host={host}" for name in ("ours", "theirs"))
    subprocess.run([BUILD / "rollcall", "migrate"], env={**os.environ, "ROLLCALL_DATABASE_URL": ours}, check=True,
                   stdout=subprocess.DEVNULL)
    subprocess.run([*psql, "ours", "-c", "insert into rollcall.event (slug) values ('e')"], check=True)
    node = ["node", str(PEERS / "bench_queue_peer.mjs"), theirs]
    subprocess.run([*node, "migrate", "0"], check=True, cwd=PEERS)
    rows = {}
    for _ in range(ROUNDS):
        for what, n, workers in (("enqueue", JOBS, 1), ("drain", JOBS, 1), ("enqueue", JOBS, 1), ("drain", JOBS, 2), ("latency", 300, 1)):
            for name, command in (("rollcall", [BUILD / "tests" / "bench_queue", ours]), ("graphile-worker", node)):
                more = ["500", str(workers)] if workers > 1 and name == "rollcall" else []
                values, cpu = measure(postmaster, [*map(str, command), what, str(n), *more])
                row = f"{what} by {workers}" if workers > 1 else what
                rows.setdefault((row, name), []).append((*values, cpu * 1e6 / n))
            for name in ("ours", "theirs"):
                subprocess.run([*psql, name, "-c", "vacuum"], check=True)
    print(f"{ROUNDS} rounds of {JOBS} jobs, in turns; medians (least..most)")
    for what in ("enqueue", "drain", "drain by 2"):
        for name in ("rollcall", "graphile-worker"):
            speed, cpu = zip(*rows[(what, name)])
            print(f"{what:10} {name:16} {statistics.median(speed):9.0f} jobs/s ({min(speed):.0f}..{max(speed):.0f}), "
                  f"{statistics.median(cpu):6.1f} us of CPU a job")
        ratios = [a[0] / b[0] for a, b in zip(rows[(what, "rollcall")], rows[(what, "graphile-worker")])]
        print(f"{what:10} {statistics.median(ratios):.1f} times graphile-worker ({min(ratios):.1f}..{max(ratios):.1f})")
    for name in ("rollcall", "graphile-worker"):
        p50, p99, _ = zip(*rows[("latency", name)])
        print(f"latency    {name:16} p50 {statistics.median(p50):.0f} us, p99 {statistics.median(p99):.0f} us")


main()
