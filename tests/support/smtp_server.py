#!/usr/bin/python3
"""An SMTP server (aiosmtpd) that misbehaves on request.

Prints its port, then serves until it is killed. What it does is in the recipient's local part:
  grey-N     451 for the first N tries     tmp 450      no 550 5.1.1     policy 550 5.7.1
  busy       421 at RCPT                   drop-rcpt    line cut at RCPT
  drop-data  stored, line cut before the 250            slow-S   answers S seconds late
  end4, end5 452 / 554 after the message   anything else is taken
Each message taken is stored as OUT/N.eml with OUT/N.json beside it.
"""
import argparse
import asyncio
import json
import os
import ssl
import subprocess

from aiosmtpd.smtp import SMTP, AuthResult


class Handler:
    def __init__(self, out, delay_s, pipelining):
        self.out = out
        self.pipelining = pipelining
        self.delay_s = delay_s
        self.tries = {}
        self.n = 0

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        return responses[:1] + ["250-PIPELINING"] * self.pipelining + responses[1:]

    async def handle_RCPT(self, server, session, envelope, address, options):
        await asyncio.sleep(self.delay_s)
        local = address.split("@")[0]
        if local.startswith("grey-"):
            self.tries[address] = self.tries.get(address, 0) + 1
            if self.tries[address] <= int(local[5:]):
                return "451 4.7.1 Greylisted, come back later"
        if local == "drop-rcpt":
            server.transport.abort()
        replies = {
            "tmp": "450 4.2.1 Mailbox busy",
            "no": "550 5.1.1 No such user here",
            "old": "550 no such user",
            "policy": "550 5.7.1 Relaying denied",
            "busy": "421 4.3.2 Shutting down",
        }
        if local in replies:
            return replies[local]
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope):
        await asyncio.sleep(self.delay_s)
        local = envelope.rcpt_tos[0].split("@")[0]
        if local == "end4":
            return "452 4.3.1 Disk is full"
        if local == "end5":
            return "554 5.6.0 I do not like what it says"
        self.store(server, session, envelope)
        if local.startswith("drop-data"):
            server.transport.abort()
        if local.startswith("slow-"):
            await asyncio.sleep(int(local[5:]))
        await asyncio.sleep(self.delay_s)
        return "250 2.0.0 Taken as %d" % self.n

    def store(self, server, session, envelope):
        self.n += 1
        base = os.path.join(self.out, "%06d" % self.n)
        with open(base + ".tmp", "wb") as file:
            file.write(envelope.original_content)
        os.rename(base + ".tmp", base + ".eml")
        with open(base + ".json", "w") as file:
            json.dump({
                "helo": session.host_name,
                "from": envelope.mail_from,
                "to": envelope.rcpt_tos,
                "options": envelope.mail_options,
                "tls": server.transport.get_extra_info("sslcontext") is not None,
                "login": session.auth_data.decode() if session.auth_data else "",
                "peer": session.peer[1],
            }, file)


def check_login(server, session, envelope, mechanism, data):
    if data.login == b"rollcall" and data.password == b"correct horse":
        return AuthResult(success=True, auth_data=data.login)
    return AuthResult(success=False, handled=False)


def make_context(folder):
    """A certificate for this machine; the test trusts FOLDER/cert.pem."""
    cert, key = os.path.join(folder, "cert.pem"), os.path.join(folder, "key.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key, "-out", cert,
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
        check=True, stderr=subprocess.DEVNULL)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)
    return context


async def serve(args):
    context = make_context(args.out) if args.tls != "none" else None
    handler = Handler(args.out, args.delay_ms / 1000, args.pipelining)

    def protocol():
        return SMTP(
            handler, hostname="mail.example.org", enable_SMTPUTF8=args.utf8, data_size_limit=args.size,
            tls_context=context if args.tls == "starttls" else None, require_starttls=args.tls == "starttls",
            authenticator=check_login if args.auth else None, auth_required=args.auth,
            auth_require_tls=False, timeout=args.idle)

    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        protocol if not args.silent else asyncio.Protocol, "127.0.0.1", 0, ssl=context if args.tls == "implicit" else None)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


parser = argparse.ArgumentParser()
parser.add_argument("--out", required=True)
parser.add_argument("--tls", choices=["none", "starttls", "implicit"], default="none")
parser.add_argument("--auth", action="store_true")
parser.add_argument("--pipelining", action="store_true", help="offer it; asyncio's reader keeps what comes early")
parser.add_argument("--utf8", action="store_true")
parser.add_argument("--silent", action="store_true", help="accept connections and never say a word")
parser.add_argument("--size", type=int, default=1 << 20)
parser.add_argument("--idle", type=float, default=300, help="seconds after which an idle client is cut off")
parser.add_argument("--delay-ms", type=int, default=0)
asyncio.run(serve(parser.parse_args()))
