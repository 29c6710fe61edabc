import { svg } from './dom.js';
import { BOXES, comesAfter, kindOf, routeOf } from './flow-model.js';
import { layoutFor, pointsOf, positionAt, roundedPath, trace } from './flow-layout.js';
import { subjectOf } from './frame-text.js';

/** Time between the departures of two dots in the same direction, so that their labels do not cover each other. */
const GAP = 380;
/** Dots that would have to wait longer than this are only counted: the picture must not lag behind the truth. */
const LONGEST_WAIT = 4000;
/** Prices that arrive within this time travel as one dot. */
const PRICE_GROUP = 150;
const QUIET_KINDS = new Set(['price', 'beat']);

/** Everything waits for the handshake, so that does not dawdle. */
const HASTE = { session: 1.6 };

const DOT = { price: 4, beat: 3 };
const LABEL_HEIGHT = 27;
const CHARACTER = 6;
const LONGEST_LABEL = 22;

/**
 * The flow of DESIGN.md section 2, with a dot for every frame of this connection. The server answers within a
 * millisecond or two, so the dots travel in slow motion, each after the one that caused it.
 */
export class FlowDiagram {
  #container;
  #events;
  #layout;
  #svg;
  #dots = svg('g', { class: 'dots', 'aria-hidden': 'true' });
  #boxes = new Map();
  #selected;
  #flights = new Set();
  #nextDeparture = new Map();
  #prices = [];
  #mutedKinds = new Set();
  #moving = false;
  #lastStep;
  #stillness = matchMedia('(prefers-reduced-motion: reduce)');

  /** `events`: `onVisit(box, frames, kind)`, `onHover(box | undefined)`, `onSelect(box | undefined)`, `onFrame(frame)`. */
  constructor(container, events) {
    this.#container = container;
    this.#events = events;
    for (const id of Object.keys(BOXES)) this.#boxes.set(id, { count: 0 });
    new ResizeObserver(() => this.#fit()).observe(container);
    this.#fit();
    document.addEventListener('visibilitychange', () => {
      if (document.hidden) for (const flight of this.#flights) this.#finish(flight);
    });
  }

  show(frame, { viaHttp = false } = {}) {
    const kind = kindOf(frame);
    if (kind === 'price') return this.#groupPrice(frame);
    this.#depart({ frames: [frame], kind, route: routeOf(frame, { viaHttp }), counts: true });
  }

  /** Lets a dot go the same way again; it has passed already, so it is not counted. */
  replay(frame, options) {
    this.#depart({ frames: [frame], kind: kindOf(frame), route: routeOf(frame, options), counts: false });
  }

  mute(kind, muted) {
    if (muted) this.#mutedKinds.add(kind);
    else this.#mutedKinds.delete(kind);
  }

  select(id) {
    this.#selected = id;
    for (const [other, box] of this.#boxes) box.element.setAttribute('aria-pressed', other === id);
    this.#events.onSelect(id);
  }

  /** The picture tells about one connection, so a new one starts with an empty one. */
  reset() {
    this.#prices = [];
    this.#flights.clear();
    this.#dots.replaceChildren();
    for (const box of this.#boxes.values()) {
      box.count = 0;
      box.counter.textContent = '0';
    }
  }

  #groupPrice(frame) {
    this.#prices.push(frame);
    if (this.#prices.length > 1) return;
    setTimeout(() => {
      const frames = this.#prices.splice(0);
      if (frames.length > 0) this.#depart({ frames, kind: 'price', route: routeOf(frames[0]), counts: true });
    }, PRICE_GROUP);
  }

  #depart(plan) {
    const cause = this.#causeOf(plan);
    if (cause && plan.kind === 'price') {
      const waiting = cause.consequences.find(({ kind }) => kind === 'price');
      if (waiting) {
        waiting.frames.push(...plan.frames);
        return;
      }
    }
    const flight = {
      ...plan,
      consequences: [],
      departure: Infinity,
      distance: 0,
      reached: 0,
      way: trace(this.#layout, plan.route),
    };
    this.#flights.add(flight);
    if (cause) cause.consequences.push(flight);
    else this.#launch(flight);
  }

  /** The dot that has to land first: an answer must not be seen before its question. */
  #causeOf({ frames: [frame], route }) {
    const causes = [...this.#flights].filter((other) =>
      comesAfter(frame, route, other.frames[0], other.route),
    );
    return causes.find(({ consequences }) => consequences.length === 0) ?? causes.at(-1);
  }

  #launch(flight) {
    const now = performance.now();
    const { direction } = flight.frames[0];
    const departure = Math.max(now, this.#nextDeparture.get(direction) ?? 0);
    if (document.hidden || this.#mutedKinds.has(flight.kind) || departure - now > LONGEST_WAIT) {
      return this.#finish(flight);
    }
    flight.departure = departure;
    if (!QUIET_KINDS.has(flight.kind)) this.#nextDeparture.set(direction, departure + GAP);
    if (this.#moving) return;
    this.#moving = true;
    this.#lastStep = now;
    requestAnimationFrame((time) => this.#step(time));
  }

  #step(now) {
    // A browser that was busy for a while must not make the dots jump.
    const elapsed = Math.min(Math.max(now - this.#lastStep, 0), 64);
    this.#lastStep = now;
    for (const flight of this.#flights) {
      if (now < flight.departure || flight.held) continue;
      flight.dot ??= this.#stillness.matches ? undefined : this.#drawDot(flight);
      flight.distance += (this.#layout.speed * (HASTE[flight.kind] ?? 1) * elapsed) / 1000;
      this.#reachBoxes(flight);
      if (flight.distance >= flight.way.length) this.#finish(flight);
      else this.#place(flight);
    }
    this.#moving = this.#flights.size > 0;
    if (this.#moving) requestAnimationFrame((time) => this.#step(time));
  }

  #reachBoxes(flight) {
    const { route, way } = flight;
    while (way.arrivals[flight.reached] <= flight.distance) {
      const id = route[flight.reached];
      // A box that is passed twice has still seen one frame.
      if (route.indexOf(id) === flight.reached) this.#visit(id, flight);
      flight.reached++;
    }
  }

  #finish(flight) {
    flight.distance = flight.way.length;
    this.#reachBoxes(flight);
    flight.dot?.group.remove();
    this.#flights.delete(flight);
    for (const consequence of flight.consequences) this.#launch(consequence);
  }

  #visit(id, { frames, kind, counts }) {
    const box = this.#boxes.get(id);
    if (counts) {
      box.count += frames.length;
      box.counter.textContent = String(box.count);
      this.#events.onVisit(id, frames, kind);
    }
    box.glow.style.setProperty('--kind', `var(--kind-${kind})`);
    box.glow.animate(
      { opacity: [QUIET_KINDS.has(kind) ? 0.25 : 0.8, 0] },
      { duration: 900, easing: 'ease-out' },
    );
  }

  #drawDot(flight) {
    const [frame] = flight.frames;
    const radius = DOT[flight.kind] ?? 6;
    const group = svg('g', { class: 'dot', style: `--kind: var(--kind-${flight.kind})` });
    // A moving target: the finger gets a larger one than the eye.
    group.append(svg('circle', { r: 16, class: 'target' }), svg('circle', { r: radius }));
    const dot = { group, label: undefined, labelWidth: 0 };
    if (flight.kind === 'price') {
      group.append(svg('text', { x: 8, y: 3.5, class: 'small' }, `×${flight.frames.length}`));
    } else if (flight.kind !== 'beat') {
      const lines = [frame.command, shorten(subjectOf(frame))].filter(Boolean);
      dot.labelWidth = Math.max(...lines.map((line) => line.length)) * CHARACTER + 14;
      dot.label = svg(
        'g',
        { class: 'label' },
        svg('rect', { width: dot.labelWidth, height: lines.length > 1 ? LABEL_HEIGHT : 16, rx: 6 }),
        ...lines.map((line, i) =>
          svg(
            'text',
            { x: dot.labelWidth / 2, y: 11.5 + i * 11, class: i === 0 ? 'command' : 'subject' },
            line,
          ),
        ),
      );
      group.append(dot.label);
    }
    group.addEventListener('pointerenter', () => (flight.held = true));
    group.addEventListener('pointerleave', () => (flight.held = false));
    group.addEventListener('pointerdown', () => {
      flight.held = false;
      this.#events.onFrame(flight.frames.at(-1));
    });
    this.#dots.append(group);
    return dot;
  }

  #place({ dot, way, distance }) {
    if (!dot) return;
    const { x, y } = positionAt(way, distance);
    dot.group.setAttribute('transform', `translate(${x} ${y})`);
    if (!dot.label) return;
    const half = dot.labelWidth / 2;
    const labelX = Math.min(Math.max(x, half + 2), this.#layout.width - half - 2) - half - x;
    const above = y > LABEL_HEIGHT + 14;
    dot.label.setAttribute('transform', `translate(${labelX} ${above ? -LABEL_HEIGHT - 10 : 10})`);
  }

  #fit() {
    const layout = layoutFor(this.#container.clientWidth);
    if (layout === this.#layout) return;
    this.#layout = layout;
    this.#draw();
    for (const flight of this.#flights) {
      const share = flight.distance / flight.way.length;
      flight.way = trace(layout, flight.route);
      flight.distance = share * flight.way.length;
    }
  }

  #draw() {
    const { width, height, application, title, methods, methodsTitle, edges, notes } = this.#layout;
    this.#svg?.remove();
    this.#svg = svg(
      'svg',
      {
        viewBox: `0 0 ${width} ${height}`,
        role: 'group',
        'aria-label': 'The flow of messages',
        style: `--width: ${width}px`,
      },
      svg(
        'defs',
        {},
        svg(
          'marker',
          {
            id: 'arrow',
            viewBox: '0 0 8 8',
            refX: 7,
            refY: 4,
            markerWidth: 7,
            markerHeight: 7,
            orient: 'auto',
          },
          svg('path', { d: 'M0 0.5L8 4L0 7.5Z', class: 'arrow' }),
        ),
      ),
      svg('rect', { ...application, rx: 14, class: 'application' }),
      svg('text', { ...title, class: 'frame-title' }, 'the Nest application'),
      svg('rect', { ...methods, rx: 12, class: 'methods' }),
      svg(
        'text',
        { x: methods.x + methods.width / 2, y: methods.y + 19, class: 'group-title' },
        methodsTitle,
      ),
      ...Object.values(edges).map((edge) =>
        svg('path', { d: roundedPath(pointsOf(edge)), class: 'edge', 'marker-end': 'url(#arrow)' }),
      ),
      ...notes.map(({ text, x, y }) => svg('text', { x, y, class: 'note' }, text)),
      ...Object.keys(BOXES).map((id) => this.#drawBox(id)),
      this.#dots,
    );
    this.#container.append(this.#svg);
    for (const [id, { name }] of this.#boxes) squeeze(name, this.#layout.boxes[id].width - 12);
  }

  #drawBox(id) {
    const { name, caption, counter, text, channel } = BOXES[id];
    const { x, y, width, height } = this.#layout.boxes[id];
    const box = this.#boxes.get(id);
    const middle = y + height / 2;
    const outline = { x, y, width, height, rx: channel ? height / 2 : 9 };
    const badge = x + width - (channel ? 46 : 29);
    box.glow = svg('rect', { ...outline, class: 'glow' });
    box.name = svg('text', { x: x + width / 2, y: middle - 2, class: 'name' }, name);
    box.counter = svg(
      'text',
      { x: badge + 15, y: y + 3.5, 'data-testid': `flow-count-${counter}` },
      String(box.count),
    );
    box.element = svg(
      'g',
      {
        class: channel ? 'box channel' : 'box',
        tabindex: 0,
        role: 'button',
        'aria-label': `${name}. ${text}`,
        'aria-pressed': id === this.#selected,
      },
      svg('rect', { ...outline, class: 'shape' }),
      box.glow,
      box.name,
      svg('text', { x: x + width / 2, y: middle + 13, class: 'caption' }, caption),
      svg(
        'g',
        { class: 'counter' },
        svg('rect', { x: badge, y: y - 8, width: 30, height: 16, rx: 8 }),
        box.counter,
      ),
    );
    const toggle = () => this.select(this.#selected === id ? undefined : id);
    box.element.addEventListener('click', toggle);
    box.element.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      toggle();
    });
    box.element.addEventListener('pointerenter', () => this.#events.onHover(id));
    box.element.addEventListener('pointerleave', () => this.#events.onHover(undefined));
    return box.element;
  }
}

const shorten = (text) => (text.length > LONGEST_LABEL ? `${text.slice(0, LONGEST_LABEL - 1)}…` : text);

/** The font is the system's, so how wide a name gets is known only here: one that is too wide for its box is condensed. */
function squeeze(text, room) {
  if (text.getComputedTextLength() <= room) return;
  text.setAttribute('textLength', room);
  text.setAttribute('lengthAdjust', 'spacingAndGlyphs');
}
