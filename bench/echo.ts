/** The other end of the round-trip probe: answers each request of 4 KiB with 16 bytes. A process of its own, as a peer is one. */
import { createServer } from 'node:net';

const REQUEST_BYTES = 4096;
const REPLY = Buffer.alloc(16);

const server = createServer((socket) => {
  socket.setNoDelay(true);
  let received = 0;
  socket.on('data', (chunk) => {
    received += chunk.length;
    for (; received >= REQUEST_BYTES; received -= REQUEST_BYTES) socket.write(REPLY);
  });
  socket.on('end', () => process.exit(0));
  socket.on('error', () => process.exit(1));
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object' && address !== null) process.stdout.write(`${address.port}\n`);
});
