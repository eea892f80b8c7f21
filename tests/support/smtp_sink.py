#!/usr/bin/python3
"""Postfix's smtp-sink: prints its port and becomes it. usage: smtp_sink.py DIR [options of smtp-sink]

Each message is dumped into a file of its own in DIR/mails.
"""
import os
import socket
import sys

SINK = "/usr/sbin/smtp-sink"
with socket.socket() as s:
    s.bind(("127.0.0.1", 0))
    port = s.getsockname()[1]
folder = sys.argv[1]
os.chmod(folder, 0o777)
print(port, flush=True)
as_nobody = ["-u", "nobody"] if os.getuid() == 0 else []
os.execv(SINK, [SINK, *as_nobody, "-d", os.path.join(folder, "mails/m."), *sys.argv[2:], f"127.0.0.1:{port}", "100"])
