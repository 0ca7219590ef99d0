// A js-libp2p peer driven by JSON lines; README.md lists the requests and what is printed.
import { createInterface } from 'node:readline'
import { noise } from '@chainsafe/libp2p-noise'
import { quic } from '@chainsafe/libp2p-quic'
import { yamux } from '@chainsafe/libp2p-yamux'
import { gossipsub } from '@libp2p/gossipsub'
import { identify, identifyPush } from '@libp2p/identify'
import { kadDHT, passthroughMapper } from '@libp2p/kad-dht'
import { mdns } from '@libp2p/mdns'
import { PeerRecord, RecordEnvelope } from '@libp2p/peer-record'
import { ping } from '@libp2p/ping'
import { peerIdFromString } from '@libp2p/peer-id'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { CID } from 'multiformats/cid'
import { decode as decodeDigest } from 'multiformats/hashes/digest'
import { openProfileMessage } from './profiles.mjs'

const print = (line) => process.stdout.write(JSON.stringify(line) + '\n')
const base64 = (bytes) => Buffer.from(bytes).toString('base64')

const cid = (multihash) => CID.createV1(0x55, decodeDigest(Buffer.from(multihash, 'base64')))

const degree = Number(process.env.JS_PEER_MESH)
const peerExchange = degree > 0 && {
  doPX: true,
  scoreThresholds: { acceptPXThreshold: 0 },
  D: degree,
  Dlo: degree,
  Dhi: degree,
  Dscore: degree,
  Dout: 0
}

const node = await createLibp2p({
  addresses: { listen: [process.argv[2] ?? '/ip4/127.0.0.1/udp/0/quic-v1'] },
  transports: [quic(), tcp()],
  connectionEncrypters: process.env.JS_PEER_SECURITY === 'noise' ? [noise()] : [tls()],
  streamMuxers: [yamux()],
  peerDiscovery: process.env.JS_PEER_MDNS ? [mdns({ interval: 1000 })] : [],
  services: {
    ...process.env.JS_PEER_DHT && {
      dht: kadDHT({
        protocol: process.env.JS_PEER_DHT,
        clientMode: false,
        allowQueryWithZeroPeers: true,
        peerInfoMapper: passthroughMapper,
        validators: { v: async () => {} },
        selectors: { v: () => 0 }
      })
    },
    identify: identify(),
    identifyPush: identifyPush(),
    ping: ping(),
    pubsub: gossipsub({ allowPublishToZeroTopicPeers: true, ...peerExchange })
  }
})
const pubsub = node.services.pubsub

node.addEventListener('peer:connect', ({ detail }) => print({ event: 'connected', peer: detail.toString() }))
node.addEventListener('peer:disconnect', ({ detail }) => print({ event: 'disconnected', peer: detail.toString() }))
node.addEventListener('peer:identify', ({ detail }) => print({
  event: 'identified',
  peer: detail.peerId.toString(),
  agentVersion: detail.agentVersion,
  protocols: detail.protocols
}))
node.addEventListener('peer:discovery', ({ detail }) => print({
  event: 'discovered',
  peer: detail.id.toString(),
  addresses: detail.multiaddrs.map(String)
}))
pubsub.addEventListener('message', ({ detail }) => print({
  event: 'message',
  topic: detail.topic,
  from: detail.from.toString(),
  data: base64(detail.data)
}))

// What is wrong with the messages that are published, if anything
const faults = {
  none: () => {},
  unsigned: (message) => { for (const field of ['from', 'seqno', 'signature', 'key']) delete message[field] },
  badSignature: (message) => { message.signature[0] ^= 1 }
}
let fault = faults.none
// By sequence number: what was published wrong is wrong again whenever somebody asks for it
const faulty = new Map()
const sendRpc = pubsub.sendRpc.bind(pubsub)
pubsub.sendRpc = (id, rpc) => {
  const sent = structuredClone(rpc)
  for (const message of sent.messages) {
    const seqno = Buffer.from(message.seqno ?? []).toString('hex')
    if (fault !== faults.none) faulty.set(seqno, fault)
    faulty.get(seqno)?.(message)
  }
  return sendRpc(id, sent)
}

const requests = {
  dial: async ({ address, force }) =>
    ({ peer: (await node.dial(multiaddr(address), { force: force === 'true' })).remotePeer.toString() }),
  ping: async ({ address }) => ({ millis: await node.services.ping.ping(multiaddr(address)) }),
  handle: ({ protocol }) => node.handle(protocol, ({ stream }) => stream.close()),
  connections: ({ peer }) => ({
    connections: node.getConnections(peerIdFromString(peer))
      .map(({ encryption, multiplexer }) => `${encryption} ${multiplexer}`)
  }),
  subscribe: ({ topic }) => pubsub.subscribe(topic),
  subscribers: ({ topic }) => ({ peers: pubsub.getSubscribers(topic).map(String) }),
  mesh: ({ topic }) => ({ peers: pubsub.getMeshPeers(topic) }),
  protocol: ({ peer }) => ({ protocol: pubsub.streamsOutbound.get(peer)?.rawStream?.protocol }),
  openProfiles: async ({ data, network }) => ({ events: await openProfileMessage(Buffer.from(data, 'base64'), network) }),
  certified: async ({ peer }) => {
    const known = await node.peerStore.get(peerIdFromString(peer))
    if (known.peerRecordEnvelope == null) return { addresses: [] }
    const envelope = await RecordEnvelope.openAndCertify(known.peerRecordEnvelope, PeerRecord.DOMAIN)
    return { addresses: PeerRecord.createFromProtobuf(envelope.payload).multiaddrs.map(String) }
  },
  provide: async ({ multihash }) => node.contentRouting.provide(cid(multihash)),
  findProviders: async ({ multihash }) => {
    const peers = []
    for await (const provider of node.contentRouting.findProviders(cid(multihash))) {
      peers.push(provider.id.toString())
    }
    return { peers }
  },
  put: async ({ key, value }) => node.contentRouting.put(Buffer.from(key, 'base64'), Buffer.from(value, 'base64')),
  get: async ({ key }) => ({ value: base64(await node.contentRouting.get(Buffer.from(key, 'base64'))) }),
  closest: async ({ key }) => {
    const peers = []
    for await (const peer of node.peerRouting.getClosestPeers(Buffer.from(key, 'base64'))) {
      peers.push(peer.id.toString())
    }
    return { peers }
  },
  publish: async ({ topic, data, with: wrong = 'none' }) => {
    fault = faults[wrong]
    try {
      return { peers: (await pubsub.publish(topic, Buffer.from(data, 'base64'))).recipients.map(String) }
    } finally {
      fault = faults.none
    }
  }
}

createInterface({ input: process.stdin }).on('line', async (line) => {
  const request = JSON.parse(line)
  try {
    print({ answer: request.id, ...await requests[request.do](request) })
  } catch (error) {
    print({ answer: request.id, error: `${error.name}: ${error.message}` })
  }
}).on('close', async () => {
  await node.stop()
  process.exit(0)
})

print({ event: 'listening', peer: node.peerId.toString(), addresses: node.getMultiaddrs().map(String) })
