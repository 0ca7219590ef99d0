// Reads messages of the profile topic by docs/wire.md and proto/profile_event.proto: what another program has to write.
import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { RecordEnvelope } from '@libp2p/peer-record'
import protobuf from 'protobufjs'

const PAYLOAD_TYPE = '/grapevine/profile-event/1'

const root = protobuf.loadSync(fileURLToPath(new URL('../proto/profile_event.proto', import.meta.url)))
const ProfileMessage = root.lookupType('grapevine.profile.ProfileMessage')
const ProfileEvent = root.lookupType('grapevine.profile.ProfileEvent')

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest()

/** The entries of a message, each verified; throws where one is not what it should be. */
export async function openProfileMessage (bytes, network) {
  const opened = []
  let before = null
  for (const entry of ProfileMessage.decode(bytes).entry) {
    const envelope = await RecordEnvelope.openAndCertify(entry.envelope, `grapevine-profile-event:${network}`)
    if (Buffer.from(envelope.payloadType).toString() !== PAYLOAD_TYPE) throw new Error('another payload type')
    const event = ProfileEvent.decode(envelope.payload)
    if (before !== null && !before.equals(event.previous)) throw new Error('the chain is broken')
    before = sha256(envelope.payload)
    opened.push({
      sequence: Number(event.sequence),
      change: event.change,
      hash: before.toString('hex'),
      body: openBody(entry, event.published ?? event.updated)
    })
  }
  return opened
}

function openBody (entry, version) {
  if (version == null || entry.body.length === 0) return null
  if (!sha256(entry.salt, entry.body).equals(version.commitment)) throw new Error('the body does not open the commitment')
  return JSON.parse(Buffer.from(entry.body).toString())
}
