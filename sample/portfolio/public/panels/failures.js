import { readJson } from '../stomp-connection.js';

/** What the server could not do for this page: it is told so in private, and the connection lives on. */
export function showFailures(connection, { onTradeRefused, onProblem }) {
  connection.watch('/user/queue/errors', (message) => {
    const failure = readJson(message);
    if (!failure) return;
    if (failure.destination === '/app/trade') onTradeRefused(failure.message);
    else onProblem(`${failure.command} ${failure.destination}: ${failure.message}`);
  });
}
