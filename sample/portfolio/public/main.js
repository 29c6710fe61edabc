import { byId } from './dom.js';
import { FlowDiagram } from './flow-diagram.js';
import { BoxDetails } from './panels/box-details.js';
import { ChatPanel } from './panels/chat.js';
import { ConnectionBar, Notice } from './panels/connection-bar.js';
import { showFailures } from './panels/failures.js';
import { showLegend } from './panels/flow-legend.js';
import { FrameDialog } from './panels/frame-dialog.js';
import { FrameLog } from './panels/frame-log.js';
import { GreetingPanel } from './panels/greeting.js';
import { PositionsPanel } from './panels/positions.js';
import { PresencePanel } from './panels/presence.js';
import { PricesPanel } from './panels/prices.js';
import { showTrades } from './panels/trades.js';
import { PriceBook } from './price-book.js';
import { StompConnection } from './stomp-connection.js';
import { isDark, onThemeChange, toggleTheme } from './theme.js';

const endpoint = new URL('/portfolio', location.href);
endpoint.protocol = endpoint.protocol === 'https:' ? 'wss:' : 'ws:';

/** Who this page is to the server: the name it asked for, unless CONNECTED says otherwise. */
let user = '';
/** What the page knows of the origin of a frame beyond the frame itself; it must be asked once, when the frame comes. */
const origins = new WeakMap();
const originOf = (frame) => origins.get(frame);

const notice = new Notice();
const connection = new StompConnection(endpoint.href, {
  onFrame: showFrame,
  onState: (state, detail) => {
    bar.showState(state, detail);
    if (state !== 'connected') presence.clear();
  },
  onConnected: (session) => {
    user = session.user ?? user;
    bar.showSession(session);
    positions.refresh();
    presence.refresh();
  },
  onProblem: (text) => notice.show(text),
});

const bar = new ConnectionBar({
  connect: (name) => {
    user = name;
    notice.clear();
    diagram.reset();
    details.reset();
    log.clear();
    connection.connect(name);
  },
  disconnect: () => connection.disconnect(),
});

const dialog = new FrameDialog({ originOf, replay: (frame) => diagram.replay(frame, originOf(frame)) });
const showRaw = (frame) => dialog.open(frame);
const log = new FrameLog(showRaw);
const details = new BoxDetails(showRaw);
const diagram = new FlowDiagram(byId('flow'), {
  onVisit: (box, frames, kind) => details.record(box, frames, kind),
  onHover: (box) => details.hover(box),
  onSelect: (box) => details.select(box),
  onFrame: showRaw,
});
showLegend((kind, shown) => diagram.mute(kind, !shown));

showFailures(connection, {
  onTradeRefused: (reason) => positions.refuse(reason),
  onProblem: (text) => notice.show(text),
});
const prices = new PriceBook();
const greeting = new GreetingPanel(connection, { onProblem: (text) => notice.show(text) });
const positions = new PositionsPanel(connection, prices);
new PricesPanel(connection, prices);
new ChatPanel(connection, { user: () => user });
const presence = new PresencePanel(connection, { user: () => user });
showTrades(connection);

function showFrame(frame) {
  if (greeting.cameByHttp(frame)) origins.set(frame, { viaHttp: true });
  log.add(frame);
  diagram.show(frame, originOf(frame));
}

const themeToggle = byId('theme-toggle');
function labelThemeToggle() {
  themeToggle.textContent = isDark() ? 'Light theme' : 'Dark theme';
}
themeToggle.addEventListener('click', toggleTheme);
onThemeChange(labelThemeToggle);
labelThemeToggle();
bar.showState('disconnected', '');
