/**
 * Where the boxes stand and how the lines run: once for a wide place, once for a phone. Everything is in user units of
 * the SVG, drawn about 1:1 so that the text keeps its size. An edge is the polyline from box to box, and dots follow it.
 */

const box = (x, y, width, height) => ({ x, y, width, height });

const wide = {
  width: 880,
  height: 464,
  speed: 370,
  application: box(96, 10, 782, 450),
  title: { x: 806, y: 30 },
  methods: box(486, 30, 184, 232),
  methodsTitle: '@MessageMapping methods',
  boxes: {
    client: box(4, 62, 72, 384),
    decoder: box(112, 62, 92, 50),
    inbound: box(236, 62, 180, 50),
    greeting: box(496, 68, 164, 38),
    chat: box(496, 116, 164, 38),
    trade: box(496, 164, 164, 38),
    positions: box(496, 212, 164, 38),
    ticker: box(714, 196, 150, 50),
    presence: box(714, 116, 150, 50),
    users: box(342, 190, 116, 50),
    broker: box(236, 296, 180, 50),
    brokerChannel: box(486, 296, 184, 50),
    template: box(704, 296, 170, 50),
    http: box(714, 396, 150, 50),
    outbound: box(236, 396, 180, 50),
    encoder: box(112, 396, 92, 50),
  },
  edges: {
    'client>decoder': [76, 87, 112, 87],
    'decoder>inbound': [204, 87, 236, 87],
    'inbound>greeting': [416, 87, 496, 87],
    'inbound>chat': [416, 87, 473, 87, 473, 135, 496, 135],
    'inbound>trade': [416, 87, 473, 87, 473, 183, 496, 183],
    'inbound>positions': [416, 87, 473, 87, 473, 231, 496, 231],
    'inbound>users': [380, 112, 380, 190],
    'inbound>broker': [290, 112, 290, 296],
    'greeting>brokerChannel': [660, 87, 687, 87, 687, 276, 578, 276, 578, 296],
    'chat>brokerChannel': [660, 135, 687, 135, 687, 276, 578, 276, 578, 296],
    'trade>brokerChannel': [660, 183, 687, 183, 687, 276, 578, 276, 578, 296],
    'positions>outbound': [516, 250, 516, 276, 454, 276, 454, 421, 416, 421],
    'presence>template': [714, 141, 701, 141, 701, 272, 752, 272, 752, 296],
    'ticker>template': [789, 246, 789, 296],
    'http>template': [789, 396, 789, 346],
    'template>brokerChannel': [704, 321, 670, 321],
    'brokerChannel>users': [486, 310, 434, 310, 434, 240],
    'users>brokerChannel': [434, 240, 434, 310, 486, 310],
    'brokerChannel>broker': [486, 332, 416, 332],
    'broker>outbound': [326, 346, 326, 396],
    'outbound>encoder': [236, 421, 204, 421],
    'encoder>client': [112, 421, 76, 421],
  },
  notes: [
    { text: '/app', x: 426, y: 78 },
    { text: '/user', x: 388, y: 158 },
    { text: '/topic', x: 298, y: 222 },
    { text: 'straight back,', x: 462, y: 374 },
    { text: 'past the broker', x: 462, y: 388 },
  ],
};

const tall = {
  width: 336,
  height: 670,
  speed: 250,
  application: box(0, 56, 336, 612),
  title: { x: 168, y: 73 },
  methods: box(4, 246, 146, 230),
  methodsTitle: '@MessageMapping',
  boxes: {
    client: box(4, 8, 328, 34),
    decoder: box(4, 90, 146, 44),
    encoder: box(186, 90, 146, 44),
    inbound: box(4, 168, 146, 44),
    outbound: box(186, 168, 146, 44),
    positions: box(24, 280, 118, 38),
    greeting: box(24, 330, 118, 38),
    chat: box(24, 380, 118, 38),
    trade: box(24, 430, 118, 38),
    broker: box(186, 290, 146, 44),
    users: box(212, 372, 120, 44),
    brokerChannel: box(186, 456, 146, 44),
    template: box(186, 554, 146, 44),
    ticker: box(4, 500, 134, 40),
    presence: box(4, 556, 134, 40),
    http: box(4, 612, 134, 40),
  },
  edges: {
    'client>decoder': [77, 42, 77, 90],
    'decoder>inbound': [77, 134, 77, 168],
    'inbound>positions': [14, 212, 14, 299, 24, 299],
    'inbound>greeting': [14, 212, 14, 349, 24, 349],
    'inbound>chat': [14, 212, 14, 399, 24, 399],
    'inbound>trade': [14, 212, 14, 449, 24, 449],
    'inbound>broker': [150, 190, 166, 190, 166, 312, 186, 312],
    'inbound>users': [150, 190, 166, 190, 166, 394, 212, 394],
    'greeting>brokerChannel': [142, 349, 157, 349, 157, 478, 186, 478],
    'chat>brokerChannel': [142, 399, 157, 399, 157, 478, 186, 478],
    'trade>brokerChannel': [142, 449, 157, 449, 157, 478, 186, 478],
    'positions>outbound': [142, 299, 176, 299, 176, 190, 186, 190],
    'ticker>template': [138, 520, 162, 520, 162, 565, 186, 565],
    'presence>template': [138, 576, 186, 576],
    'http>template': [138, 632, 162, 632, 162, 587, 186, 587],
    'template>brokerChannel': [259, 554, 259, 500],
    'brokerChannel>users': [272, 456, 272, 416],
    'users>brokerChannel': [272, 416, 272, 456],
    'brokerChannel>broker': [200, 459, 200, 334],
    'broker>outbound': [259, 290, 259, 212],
    'outbound>encoder': [259, 168, 259, 134],
    'encoder>client': [259, 90, 259, 42],
  },
  notes: [
    { text: '/app', x: 21, y: 233 },
    { text: '/topic', x: 186, y: 280 },
    { text: '/user', x: 212, y: 363 },
  ],
};

const NARROW = 740;

export const layoutFor = (width) => (width < NARROW ? tall : wide);

export const pointsOf = (edge) => {
  const points = [];
  for (let i = 0; i < edge.length; i += 2) points.push({ x: edge[i], y: edge[i + 1] });
  return points;
};

/** The way of a frame as one polyline, with the distance at which it reaches each box. */
export function trace(layout, route) {
  const points = [];
  const arrivals = [0];
  let length = 0;
  for (let i = 1; i < route.length; i++) {
    for (const point of pointsOf(layout.edges[`${route[i - 1]}>${route[i]}`])) {
      const last = points.at(-1);
      if (last) length += Math.hypot(point.x - last.x, point.y - last.y);
      points.push({ ...point, at: length });
    }
    arrivals.push(length);
  }
  return { points, arrivals, length };
}

export function positionAt({ points }, distance) {
  const i = points.findIndex((point) => point.at >= distance);
  if (i < 0) return points.at(-1);
  if (i === 0) return points[0];
  const [from, to] = [points[i - 1], points[i]];
  const share = to.at === from.at ? 1 : (distance - from.at) / (to.at - from.at);
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}

const CORNER = 7;

/** The polyline as SVG path data with rounded corners. */
export function roundedPath(points) {
  const steps = [`M${points[0].x} ${points[0].y}`];
  for (let i = 1; i < points.length - 1; i++) {
    const [before, corner, after] = [points[i - 1], points[i], points[i + 1]];
    const start = towards(corner, before);
    const end = towards(corner, after);
    steps.push(`L${start.x} ${start.y}Q${corner.x} ${corner.y} ${end.x} ${end.y}`);
  }
  const last = points.at(-1);
  steps.push(`L${last.x} ${last.y}`);
  return steps.join('');
}

function towards(from, to) {
  const distance = Math.hypot(to.x - from.x, to.y - from.y);
  const share = Math.min(CORNER, distance / 2) / distance;
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}
