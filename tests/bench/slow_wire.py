#!/usr/bin/python3
"""A line to 127.0.0.1:PORT that takes its time: slow_wire.py PORT ONE_WAY_MS. Prints its own port, then serves until it is killed."""
import asyncio
import sys

PORT, DELAY_S = int(sys.argv[1]), float(sys.argv[2]) / 1000


class Pipe(asyncio.Protocol):
    """One direction's end; what it hears it says on the other side DELAY_S later."""

    def __init__(self):
        self.other = None
        self.early = []

    def connection_made(self, transport):
        self.transport = transport

    def pass_on(self, say, *args):
        asyncio.get_running_loop().call_later(DELAY_S, say, *args)

    def data_received(self, data):
        if self.other is None:
            self.early.append(data)
        else:
            self.pass_on(self.other.transport.write, data)

    def connection_lost(self, exc):
        if self.other is not None:
            self.pass_on(self.other.transport.close)


class Front(Pipe):
    def connection_made(self, transport):
        super().connection_made(transport)
        asyncio.get_running_loop().create_task(self.connect())

    async def connect(self):
        await asyncio.sleep(DELAY_S)
        _, back = await asyncio.get_running_loop().create_connection(Pipe, "127.0.0.1", PORT)
        back.other, self.other = self, back
        for end in (self, back):
            for data in end.early:
                end.pass_on(end.other.transport.write, data)


async def main():
    server = await asyncio.get_running_loop().create_server(Front, "127.0.0.1", 0, backlog=100)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
