#!/usr/bin/env python3
"""Composed mail beside nodemailer (npm) and smtp-source (postfix; composes nothing), in turns: into smtp-sink, into servers
that think for 1 and 5 ms before they say that they have a message, and over a line with a round trip of 20 ms.

    cmake -S . -B build -DROLLCALL_TESTS=ON && ninja -C build bench_smtp bench_smtp_sink
    tests/bench/bench_smtp.py build [ROUNDS] [MESSAGES] [CONNECTIONS]

nodemailer is installed into BUILD/peers. CPU is the sender's. The slow servers get a quarter and a tenth of the messages.
"""
import os
import pathlib
import resource
import socket
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
BUILD = pathlib.Path(sys.argv[1]).resolve()
ROUNDS, MESSAGES, CONNECTIONS = (int(a) for a in (sys.argv[2:] + ["5", "3000", "10"][len(sys.argv) - 2:])[:3])
PEERS = BUILD / "peers"
NAMES = ("rollcall", "nodemailer", "smtp-source")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def smtp_source(port, size, messages):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    subprocess.run(["/usr/sbin/smtp-source", "-d", "-s", str(CONNECTIONS), "-m", str(messages), "-l", str(size),
                    "-f", "a@example.org", "-t", "b@example.org", f"127.0.0.1:{port}"], check=True, stdout=subprocess.DEVNULL)
    took = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return [messages / took, cpu * 1e6 / messages, 0, size]


def words(command):
    return [float(x) for x in subprocess.run(command, check=True, capture_output=True, text=True, cwd=PEERS).stdout.split()]


def main():
    PEERS.mkdir(exist_ok=True)
    if not (PEERS / "node_modules" / "nodemailer").exists():
        subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(PEERS), "nodemailer"], check=True)
    (PEERS / "bench_smtp_peer.mjs").write_text((HERE / "bench_smtp_peer.mjs").read_text())
    port = free_port()
    as_nobody = ["-u", "nobody"] if os.getuid() == 0 else []
    sink = subprocess.Popen(["/usr/sbin/smtp-sink", *as_nobody, f"127.0.0.1:{port}", "200"])
    time.sleep(1)
    wire, wire_port = start([sys.executable, HERE / "slow_wire.py", str(port), "10"])
    try:
        compare("smtp-sink", port, MESSAGES)
        for wait_us in (1000, 5000):
            slow, slow_port = start([BUILD / "tests" / "bench_smtp_sink", str(wait_us)])
            compare(f"a server that thinks for {wait_us / 1000:.0f} ms", slow_port, MESSAGES // 4)
            end(slow)
        compare("smtp-sink behind a round trip of 20 ms", wire_port, MESSAGES // 10)
    finally:
        end(wire)
        end(sink)


def start(command):
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    return process, int(process.stdout.readline())


def end(process):
    process.terminate()
    process.wait()


def compare(title, port, messages):
    rows = {name: [] for name in NAMES}
    golden = HERE.parent / "notifier" / "golden"
    for _ in range(ROUNDS):
        rows["rollcall"].append(words([BUILD / "tests" / "bench_smtp", f"smtp://127.0.0.1:{port}", str(messages), str(CONNECTIONS)]))
        rows["nodemailer"].append(words(["node", "bench_smtp_peer.mjs", str(port), str(messages), str(CONNECTIONS), str(golden)]))
        rows["smtp-source"].append(smtp_source(port, int(rows["rollcall"][-1][3]), messages))
    print(f"{title}: {ROUNDS} rounds of {messages} messages over {CONNECTIONS} connections, in turns; medians (least..most)")
    for name in NAMES:
        speed, cpu, compose, size = zip(*rows[name])
        print(f"  {name:12} {statistics.median(speed):7.0f} messages/s ({min(speed):.0f}..{max(speed):.0f}), "
              f"{statistics.median(cpu):6.1f} us of CPU a message ({min(cpu):.1f}..{max(cpu):.1f})" +
              (f", {statistics.median(compose):.1f} of them composing" if max(compose) else "") + f", {max(size):.0f} bytes")
    for name in NAMES[1:]:
        wall = [a[0] / b[0] for a, b in zip(rows["rollcall"], rows[name])]
        cpu = [b[1] / a[1] for a, b in zip(rows["rollcall"], rows[name])]
        print(f"  {statistics.median(wall):.1f} times {name} ({min(wall):.1f}..{max(wall):.1f}); "
              f"by CPU {statistics.median(cpu):.1f} times ({min(cpu):.1f}..{max(cpu):.1f})", flush=True)


main()
