/**
 * Lets the event loop turn until something holds, and gives up after many turns. For what ends in callbacks that
 * nothing announces, such as the closing of handles; whether it did is for the test to expect.
 */
export async function turnUntil(holds: () => boolean, turns = 1000): Promise<void> {
  for (let turn = 0; turn < turns && !holds(); turn++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
