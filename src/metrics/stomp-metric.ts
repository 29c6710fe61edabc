import type { StompStatsSnapshot } from '../module/stomp-stats.js';

/** One metric, and where its value is found. */
export interface StompMetric {
  /** Without the prefix. */
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  /** The name of the one label, for metrics of several values. */
  readonly label?: string;
  /** A number, or with a label one for each of its values. */
  readonly read: (snapshot: StompStatsSnapshot) => number | Readonly<Record<string, number>>;
}

/** What `StompStats` counts, in the names of Prometheus. Labels have few values: none of them is a client's text. */
export const STOMP_METRICS: readonly StompMetric[] = [
  {
    name: 'accepting',
    help: 'Whether clients are let in (1) or the application is starting or stopping (0)',
    type: 'gauge',
    read: ({ isAccepting }) => Number(isAccepting),
  },
  {
    name: 'broker_available',
    help: 'Whether the broker takes messages (1) or not (0)',
    type: 'gauge',
    read: ({ isBrokerAvailable }) => Number(isBrokerAvailable),
  },
  {
    name: 'handshakes_accepted_total',
    help: 'WebSockets that were opened',
    type: 'counter',
    read: ({ handshakes }) => handshakes.accepted,
  },
  {
    name: 'handshakes_refused_total',
    help: 'Handshakes that were refused, by HTTP status',
    type: 'counter',
    label: 'status',
    read: ({ handshakes }) => handshakes.refused,
  },
  {
    name: 'handshakes_pending',
    help: 'Handshakes that wait for their interceptors',
    type: 'gauge',
    read: ({ handshakes }) => handshakes.pending,
  },
  {
    name: 'sockets',
    help: 'WebSockets that are open or closing',
    type: 'gauge',
    read: ({ sessions }) => sessions.sockets,
  },
  {
    name: 'sessions',
    help: 'Sessions that have not ended, also those that have not connected',
    type: 'gauge',
    read: ({ sessions }) => sessions.current,
  },
  {
    name: 'sessions_connected',
    help: 'Connected sessions, by STOMP version',
    type: 'gauge',
    label: 'version',
    read: ({ sessions }) => sessions.byVersion,
  },
  {
    name: 'sessions_opened_total',
    help: 'Sessions that have begun',
    type: 'counter',
    read: ({ sessions }) => sessions.total,
  },
  {
    name: 'sessions_closed_total',
    help: 'Sessions that have ended, by cause (docs/errors.md)',
    type: 'counter',
    label: 'cause',
    read: ({ closes }) => closes,
  },
  {
    name: 'connects_total',
    help: 'CONNECTs that were answered, by outcome',
    type: 'counter',
    label: 'outcome',
    read: ({ connects }) => ({ accepted: connects.accepted, refused: connects.refused }),
  },
  {
    name: 'frames_received_total',
    help: 'Frames from clients, by command',
    type: 'counter',
    label: 'command',
    read: ({ frames }) => frames.in,
  },
  {
    name: 'frames_sent_total',
    help: 'Frames to clients, by command',
    type: 'counter',
    label: 'command',
    read: ({ frames }) => frames.out,
  },
  {
    name: 'frames_refused_total',
    help: 'Frames that were refused, by code (docs/errors.md)',
    type: 'counter',
    label: 'code',
    read: ({ refusals }) => refusals,
  },
  {
    name: 'received_bytes_total',
    help: 'Octets of STOMP from clients, without the framing of WebSocket',
    type: 'counter',
    read: ({ bytes }) => bytes.in,
  },
  {
    name: 'sent_bytes_total',
    help: 'Octets of STOMP to clients, without the framing of WebSocket',
    type: 'counter',
    read: ({ bytes }) => bytes.out,
  },
  {
    name: 'buffered_bytes',
    help: 'Octets that wait for clients to take them',
    type: 'gauge',
    read: ({ bytes }) => bytes.buffered,
  },
  {
    name: 'messages_published_total',
    help: 'Messages given to the broker',
    type: 'counter',
    read: ({ messages }) => messages.published,
  },
  {
    name: 'messages_delivered_total',
    help: 'MESSAGE frames sent, one for each receiver of each message',
    type: 'counter',
    read: ({ messages }) => messages.delivered,
  },
  {
    name: 'messages_dropped_total',
    help: 'Deliveries that found their subscription or session gone',
    type: 'counter',
    read: ({ messages }) => messages.dropped,
  },
  {
    name: 'subscriptions',
    help: 'Subscriptions that the broker holds',
    type: 'gauge',
    read: ({ subscriptions }) => subscriptions,
  },
  { name: 'users', help: 'Different users connected', type: 'gauge', read: ({ users }) => users.current },
  {
    name: 'handler_failures_total',
    help: 'Exceptions of annotated methods that nobody took, those of their streams included',
    type: 'counter',
    read: ({ handlers }) => handlers.failures,
  },
  {
    name: 'slow_consumers_total',
    help: 'Sessions that ended because their clients did not read fast enough',
    type: 'counter',
    read: ({ slowConsumers }) => slowConsumers,
  },
  {
    name: 'heart_beats_lost_total',
    help: 'Sessions that ended because nothing was heard of their clients',
    type: 'counter',
    read: ({ heartBeatsLost }) => heartBeatsLost,
  },
  {
    name: 'broker_relay_connections',
    help: 'Connections of single clients to the broker elsewhere, by state',
    type: 'gauge',
    label: 'state',
    read: ({ brokerRelay }): Readonly<Record<string, number>> => {
      if (brokerRelay === undefined) return {};
      const { current, waiting, heldBack } = brokerRelay.connections;
      return { open: current, waiting, held_back: heldBack };
    },
  },
  {
    name: 'broker_relay_connections_total',
    help: 'Connections of clients to the broker elsewhere, their own or shared, by outcome',
    type: 'counter',
    label: 'outcome',
    read: ({ brokerRelay }): Readonly<Record<string, number>> => {
      if (brokerRelay === undefined) return {};
      const { opened, lost, failed, restored } = brokerRelay.connections;
      return { opened, lost, failed, restored };
    },
  },
  {
    name: 'broker_relay_messages_total',
    help: 'Messages to and from the broker elsewhere',
    type: 'counter',
    label: 'direction',
    read: ({ brokerRelay }) => ({ ...brokerRelay?.messages }),
  },
  {
    name: 'broker_relay_pending_receipts',
    help: 'Frames of clients that the broker elsewhere has not confirmed',
    type: 'gauge',
    read: ({ brokerRelay }) => brokerRelay?.pendingReceipts ?? 0,
  },
  {
    name: 'broker_relay_errors_total',
    help: 'ERROR frames of the broker elsewhere',
    type: 'counter',
    read: ({ brokerRelay }) => brokerRelay?.errors ?? 0,
  },
  {
    name: 'cluster_available',
    help: 'Whether the other nodes of the cluster are reached (1) or not (0); 0 without a cluster',
    type: 'gauge',
    read: ({ cluster }) => Number(cluster?.isAvailable ?? false),
  },
  {
    name: 'cluster_nodes',
    help: 'Other nodes of the cluster',
    type: 'gauge',
    read: ({ cluster }) => cluster?.nodes ?? 0,
  },
  {
    name: 'cluster_interests',
    help: 'Addresses on the bus of the cluster that this node listens to',
    type: 'gauge',
    read: ({ cluster }) => cluster?.interests ?? 0,
  },
  {
    name: 'cluster_messages_total',
    help: 'Messages to and from the other nodes, and those that reached this node only',
    type: 'counter',
    label: 'direction',
    read: ({ cluster }) => ({ ...cluster?.messages }),
  },
  {
    name: 'cluster_pending_bytes',
    help: 'Octets that the bus of the cluster has not taken',
    type: 'gauge',
    read: ({ cluster }) => cluster?.pendingBytes ?? 0,
  },
  {
    name: 'cluster_losses_total',
    help: 'Times that the bus of the cluster was lost',
    type: 'counter',
    read: ({ cluster }) => cluster?.losses ?? 0,
  },
  {
    name: 'cluster_unreadable_total',
    help: 'Packets on the bus of the cluster that could not be read or did not belong here',
    type: 'counter',
    read: ({ cluster }) => cluster?.unreadable ?? 0,
  },
];
