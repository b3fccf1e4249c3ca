import asyncio
import time


async def site(delay, size):
    async def answer(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(delay)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % size + b"x" * size)
        await writer.drain()
        writer.close()

    return await asyncio.start_server(answer, "127.0.0.1", 0)


async def get(url):
    print(f"GET: {url}")
    port = int(url.split(":")[2].strip("/"))
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")
    head = await reader.readuntil(b"\r\n\r\n")
    body = await reader.read()
    assert head.startswith(b"HTTP/1.1 200")
    print(f"{len(body)} bytes received from {url}")
    writer.close()


async def main():
    sites = [await site(0.3, 48560), await site(0.2, 12345), await site(0.1, 6789)]
    urls = [f"http://127.0.0.1:{one.sockets[0].getsockname()[1]}/" for one in sites]
    start = time.perf_counter()
    await asyncio.gather(*[get(url) for url in urls])
    print(f"All that took {(time.perf_counter() - start) * 1000:.0f} ms")
    for one in sites:
        one.close()


asyncio.run(main())
