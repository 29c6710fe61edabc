/** Words about frames: how the log, the diagram and the dialog name and explain them. */

export const arrowOf = (frame) => (frame.direction === 'out' ? '↑' : '↓');
export const directionOf = (frame) => (frame.direction === 'out' ? 'sent' : 'received');

/** What a frame is about, in a few characters: its destination, or whatever says most. */
export function subjectOf({ command, headers }) {
  switch (command) {
    case 'CONNECT':
      return headers.login ?? '';
    case 'CONNECTED':
      return headers.version ? `STOMP ${headers.version}` : '';
    case 'UNSUBSCRIBE':
      return headers.id ?? '';
    case 'RECEIPT':
      return headers['receipt-id'] ?? '';
    case 'DISCONNECT':
      return headers.receipt ?? '';
    case 'ERROR':
      return headers.message ?? '';
    default:
      return headers.destination ?? '';
  }
}

/** NUL has no glyph; ^@ is how terminals have always shown it. */
export const visibleRaw = (frame) =>
  frame.command === 'HEART-BEAT' ? '⏎' : frame.raw.replaceAll('\0', '^@');

export const oneLineRaw = (frame) => visibleRaw(frame).replaceAll(/\r?\n/g, ' ⏎ ');

export function storyOf({ command, headers, direction }) {
  switch (command) {
    case 'HEART-BEAT':
      return direction === 'out'
        ? 'A single line feed: “this page is still here”.'
        : 'A single line feed: “the server is still here”.';
    case 'CONNECT':
      return 'Opens the conversation: which STOMP versions this page speaks, how often it can send heart-beats, and who it is.';
    case 'CONNECTED':
      return 'The server agrees: the version both will speak and the heart-beats it offers.';
    case 'SUBSCRIBE':
      return storyOfSubscribe(headers.destination ?? '');
    case 'UNSUBSCRIBE':
      return 'Ends the subscription with this id.';
    case 'SEND':
      return headers.destination?.startsWith('/app/')
        ? 'Calls the method of the application that is mapped to this destination.'
        : 'Publishes straight to the broker, past the application.';
    case 'MESSAGE':
      return headers.destination?.startsWith('/user/')
        ? 'Delivers a message that is for this user alone: the header “subscription” says to which subscription.'
        : 'Delivers a message to a subscription of this page: the header “subscription” says to which.';
    case 'RECEIPT':
      return 'Confirms that the frame with this receipt id has taken effect.';
    case 'DISCONNECT':
      return 'Says good-bye and asks for a receipt, so that nothing sent before is lost.';
    case 'ERROR':
      return 'The server could not go on. It closes the connection after an ERROR.';
    default:
      return '';
  }
}

function storyOfSubscribe(destination) {
  if (destination.startsWith('/app/')) {
    return 'Asks a method of the application. It answers once, and the broker never hears of it.';
  }
  return destination.startsWith('/user/')
    ? 'Asks for every message on this destination that is for the user of this page. Others subscribe to the same name and get their own.'
    : 'Asks the broker for every message on this destination from now on. The id names this subscription.';
}
