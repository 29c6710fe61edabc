// The STOMP broker that npm has had so far.
import { createServer } from 'node:http';
import StompServer from 'stomp-broker-js';
import { serve } from './serve.js';

// It makes its buffers in a way for which Node has a warning.
process.removeAllListeners('warning');
const http = createServer();
void new StompServer({ server: http, path: '/stomp', heartbeat: [10_000, 10_000] });
await serve(http);
