// A js-libp2p gossipsub peer for bench/run gossip: commands and answers are those of GossipPeer, line by line.
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { quic } from '@chainsafe/libp2p-quic'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { ping } from '@libp2p/ping'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'

const TOPIC = 'bench'
const MESSAGE_BYTES = 500
const BATCH = 100

const print = (line) => process.stdout.write(line + '\n')

const node = await createLibp2p({
  addresses: { listen: ['/ip4/127.0.0.1/udp/0/quic-v1'] },
  transports: [quic()],
  services: { identify: identify(), ping: ping(), pubsub: gossipsub() }
})
const pubsub = node.services.pubsub

let received = 0
let latencies = []
pubsub.addEventListener('message', ({ detail }) => {
  const { data } = detail
  const sent = new DataView(data.buffer, data.byteOffset).getBigUint64(0)
  latencies.push(Number(process.hrtime.bigint() - sent))
  if (++received % BATCH === 0) print(`received ${received}`)
})
pubsub.subscribe(TOPIC)

function publishOne () {
  const data = new Uint8Array(MESSAGE_BYTES)
  new DataView(data.buffer).setBigUint64(0, process.hrtime.bigint())
  return pubsub.publish(TOPIC, data)
}

async function publish (count, perSecond) {
  if (perSecond === 0) {
    await Promise.all(Array.from({ length: count }, publishOne))
    return
  }
  const begin = performance.now()
  for (let i = 0; i < count; i++) {
    const left = begin + i * 1000 / perSecond - performance.now()
    if (left > 0) await sleep(left)
    await publishOne()
  }
}

const commands = {
  dial: async (address) => {
    await node.dial(multiaddr(address))
    return 'dialled'
  },
  mesh: () => `mesh ${pubsub.getMeshPeers(TOPIC).length}`,
  publish: async (count, perSecond) => {
    await publish(Number(count), Number(perSecond))
    return 'published'
  },
  latencies: () => {
    const all = latencies
    latencies = []
    return `latencies ${all.join(' ')}`
  }
}

createInterface({ input: process.stdin }).on('line', async (line) => {
  const [command, ...words] = line.split(' ')
  print(await commands[command](...words))
}).on('close', async () => {
  await node.stop()
  process.exit(0)
})

print(`listening ${node.getMultiaddrs()[0]}`)
