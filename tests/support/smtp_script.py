#!/usr/bin/python3
"""An SMTP server that does one thing wrong, at one verb.

Prints its port, then serves until it is killed. --at VERB is connect, EHLO, RSET, MAIL, RCPT, DATA, dot (the end of the
message) or body (in the middle of it); --do is what happens there: a reply ("451 4.3.0 Not now"), cut, reset, hang, half (of a
reply, then cut), drip (a reply, a byte every 50 ms) or babble (a reply without end). It happens to every message, or with
--only N to the Nth of a connection, with --every N to each Nth.

--pipelining offers that, --lockstep does not; the server then notes in OUT/violations a client that sends more than it may: text that no 354 asked
for. --strict says 503 to DATA without a recipient, --lenient 354; --no-rset 500 to RSET. --connections N greets no more at a time. --delay-ms before each reply to
the end of a message. Messages taken are OUT/N.eml, commands OUT/commands.
"""
import argparse
import os
import socket
import struct
import threading
import time

GOOD = {"connect": "220 mail.example.org", "EHLO": "250-mail.example.org\r\n250 SIZE 1000000", "MAIL": "250 2.1.0 OK",
        "RCPT": "250 2.1.5 OK", "DATA": "354 Go on", "dot": "250 2.0.0 Taken", "QUIT": "221 Bye", "NOOP": "250 OK",
        "RSET": "250 2.0.0 Forgotten"}


class Over(Exception):
    pass


class Session:
    """One connection: its place in the count of messages, and what it was told."""

    open = 0
    n_stored = 0
    lock = threading.Lock()

    def __init__(self, conn, args):
        self.conn, self.args = conn, args
        self.n_messages = 0
        self.has_sender = self.has_recipient = False

    def note(self, name, text):
        if self.args.out:
            with Session.lock, open(os.path.join(self.args.out, name), "a") as file:
                file.write(text + "\n")

    def store(self, text):
        if self.args.out:
            with Session.lock:
                Session.n_stored += 1
                path = os.path.join(self.args.out, "%06d" % Session.n_stored)
            with open(path + ".tmp", "wb") as file:
                file.write(text)
            os.rename(path + ".tmp", path + ".eml")

    def misbehave(self, what):
        conn = self.conn
        if what == "reset":
            conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif what == "hang":
            while conn.recv(65536):
                pass
        elif what == "half":
            conn.sendall(b"250 2.0")
        elif what == "drip":
            for byte in b"250 2.0.0 " + b"x" * 400:
                conn.sendall(bytes([byte]))
                time.sleep(0.05)
        elif what == "babble":
            try:
                for _ in range(100000):
                    conn.sendall(b"250-" + b"x" * 500 + b"\r\n")
            except OSError:
                pass
        raise Over

    def is_wrong_at(self, verb):
        args = self.args
        n = self.n_messages
        return verb == args.at and (args.only in (0, n)) and (args.every == 0 or n % args.every == 0)

    def say(self, verb):
        if self.is_wrong_at(verb):
            if self.args.do in ("cut", "reset", "hang", "half", "drip", "babble"):
                self.misbehave(self.args.do)
            self.conn.sendall(self.args.do.encode() + b"\r\n")
            if self.args.do.startswith("421"):
                raise Over
            return self.args.do[0] in "23"
        reply = GOOD.get(verb, "500 5.5.1 What?")
        if verb == "RSET" and self.args.no_rset:
            reply = "500 5.5.1 What?"
        if verb == "EHLO" and self.args.pipelining:
            reply = "250-mail.example.org\r\n250-PIPELINING\r\n250 SIZE 1000000"
        self.conn.sendall(reply.encode() + b"\r\n")
        return True

    def read_body(self, lines):
        text = []
        for n, line in enumerate(lines):
            if n == 1 and self.is_wrong_at("body"):
                self.say("body")
            if line.rstrip(b"\r\n") == b".":
                return b"".join(text)
            text.append(line[1:] if line.startswith(b".") else line)
        raise Over

    def data(self, lines):
        if self.args.strict and not self.has_recipient:
            self.conn.sendall(b"503 5.5.1 Nobody to send it to\r\n")
            return
        if not self.say("DATA"):
            return
        text = self.read_body(lines)
        time.sleep(self.args.delay_ms / 1000)
        if not self.has_recipient:
            if text:
                self.note("violations", "text for nobody")
            self.conn.sendall(b"554 5.5.1 No valid recipients\r\n")
        elif self.is_wrong_at("dot") and self.args.do[0] in "45":
            self.say("dot")
        else:
            self.store(text)
            self.say("dot")
        self.has_sender = self.has_recipient = False

    def command(self, line, lines):
        verb = line.split()[0].decode("ascii", "replace").upper() if line.split() else ""
        self.note("commands", verb)
        if verb == "MAIL":
            self.n_messages += 1
            if self.has_sender:
                self.note("violations", "MAIL within a message")
        if verb == "DATA":
            self.data(lines)
            return True
        is_taken = self.say(verb)
        self.has_sender = is_taken if verb == "MAIL" else self.has_sender and verb != "RSET"
        self.has_recipient = is_taken and self.has_sender if verb == "RCPT" else self.has_recipient and verb not in ("MAIL", "RSET")
        if verb not in GOOD:
            self.note("violations", "unknown: " + verb)
        return verb != "QUIT"

    def run(self):
        lines = self.conn.makefile("rb")
        try:
            with Session.lock:
                Session.open += 1
                is_full = self.args.connections and Session.open > self.args.connections
            if is_full:
                self.conn.sendall(b"421 4.7.0 Too many connections\r\n")
                raise Over
            self.say("connect")
            while (line := lines.readline()) and self.command(line, lines):
                pass
        except (Over, OSError):
            pass
        finally:
            with Session.lock:
                Session.open -= 1
            lines.close()
            self.conn.close()


parser = argparse.ArgumentParser()
parser.add_argument("--at", default="")
parser.add_argument("--do", default="")
parser.add_argument("--only", type=int, default=0)
parser.add_argument("--every", type=int, default=0)
parser.add_argument("--pipelining", action="store_true")
parser.add_argument("--lockstep", action="store_false", dest="pipelining")
parser.add_argument("--no-rset", action="store_true")
parser.add_argument("--strict", action="store_true")
parser.add_argument("--lenient", action="store_false", dest="strict")
parser.add_argument("--connections", type=int, default=0)
parser.add_argument("--delay-ms", type=int, default=0)
parser.add_argument("--out", default="")
arguments = parser.parse_args()
with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
    print(listener.getsockname()[1], flush=True)
    while True:
        threading.Thread(target=Session(listener.accept()[0], arguments).run, daemon=True).start()
