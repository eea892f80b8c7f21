#!/usr/bin/python3
"""An HTTP server whose paths are its behaviour; prints its port. See tests/net/test_http.c.

/echo  /status/N  /retry/VALUE|date  /bytes/N  /endless  /bomb (gzip)  /silence
/to/PATH (302 here)  /other/PATH (302 to --other's port)  /away/URL (302)  /loop
"""
import argparse
import gzip
import time
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 65536  # one packet per reply

    def log_message(self, *args):
        pass

    def answer(self, status, body=b"", headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if status not in (204, 304):
            self.send_header("Content-Type", "text/plain")
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if status not in (204, 304):
            self.wfile.write(body)

    def endless(self):
        self.send_response(200)
        self.end_headers()
        self.close_connection = True
        try:
            while True:
                self.wfile.write(b"x" * 500)
        except OSError:
            pass

    def serve(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        name, _, rest = self.path[1:].partition("/")
        if name == "echo":
            lines = [self.command + " " + self.path]
            lines += [key.lower() + "=" + value for key, value in self.headers.items()]
            return self.answer(200, "\n".join(lines + ["body=" + body.decode()]).encode())
        if name == "status":
            return self.answer(int(rest))
        if name == "retry":
            value = formatdate(time.time() + 60, usegmt=True) if rest == "date" else rest
            return self.answer(503, headers=[("Retry-After", value)])
        if name == "bytes":
            return self.answer(200, b"x" * int(rest))
        if name == "bomb":
            return self.answer(200, gzip.compress(b"x" * 10000000), [("Content-Encoding", "gzip")])
        if name == "endless":
            return self.endless()
        if name == "silence":
            return time.sleep(20)
        targets = {"to": "/" + rest, "other": "http://127.0.0.1:%d/%s" % (args.other, rest), "away": unquote(rest), "loop": "/loop"}
        return self.answer(302, headers=[("Location", targets[name])])

    do_GET = do_PUT = do_POST = serve


parser = argparse.ArgumentParser()
parser.add_argument("--other", type=int, default=0)
args = parser.parse_args()
server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
print(server.server_address[1], flush=True)
server.serve_forever()
