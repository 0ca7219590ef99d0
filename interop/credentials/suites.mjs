// What @digitalbazaar/vc needs to issue and to verify: cryptosuites, keys, and a loader that has every context in memory.
import {readFileSync} from 'node:fs';
import * as vc from '@digitalbazaar/vc';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import * as EcdsaMultikey from '@digitalbazaar/ecdsa-multikey';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import * as ecdsaJcs from '@digitalbazaar/ecdsa-jcs-2019-cryptosuite';
import * as ecdsaRdfc from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite';
import * as eddsaJcs from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import * as eddsaRdfc from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';

const SUITES = {
  'eddsa-jcs-2022': eddsaJcs,
  'eddsa-rdfc-2022': eddsaRdfc,
  'ecdsa-jcs-2019': ecdsaJcs,
  'ecdsa-rdfc-2019': ecdsaRdfc
};

const directory = new URL('../../src/main/resources/contexts/', import.meta.url);
const CONTEXTS = new Map(Object.entries({
  'https://www.w3.org/ns/credentials/v2': 'credentials-v2',
  'https://www.w3.org/ns/credentials/undefined-terms/v2': 'undefined-terms-v2',
  'https://www.w3.org/ns/credentials/examples/v2': 'examples-v2',
  'https://w3id.org/security/data-integrity/v2': 'data-integrity-v2',
  'https://w3id.org/security/multikey/v1': 'multikey-v1',
  'https://w3id.org/grapevine/profile/v1': 'profile-v1'
}).map(([url, file]) => [url, JSON.parse(readFileSync(new URL(`${file}.json`, directory)))]));

function didKey(multikey) {
  const id = `did:key:${multikey}`;
  const method = `${id}#${multikey}`;
  return {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
    id,
    verificationMethod: [{id: method, type: 'Multikey', controller: id, publicKeyMultibase: multikey}],
    assertionMethod: [method],
    authentication: [method]
  };
}

export async function documentLoader(url) {
  let document = CONTEXTS.get(url);
  if(!document && url.startsWith('did:key:')) {
    const [did, fragment] = url.split('#');
    document = didKey(did.slice('did:key:'.length));
    if(fragment) {
      document = {'@context': 'https://w3id.org/security/multikey/v1', ...document.verificationMethod[0]};
    }
  }
  return document ? {contextUrl: null, documentUrl: url, document} : vc.defaultDocumentLoader(url);
}

// The same, with more DID documents, and their verification methods by themselves.
export function didLoader(documents) {
  const found = new Map(documents.map(document => [document.id, document]));
  for(const {verificationMethod} of documents) {
    for(const method of verificationMethod) {
      found.set(method.id, {'@context': 'https://w3id.org/security/multikey/v1', ...method});
    }
  }
  return async url => found.has(url) ?
    {contextUrl: null, documentUrl: url, document: found.get(url)} : documentLoader(url);
}

export async function signer(cryptosuite, curve) {
  const pair = cryptosuite.startsWith('eddsa') ?
    await Ed25519Multikey.generate() : await EcdsaMultikey.generate({curve});
  const {publicKeyMultibase} = await pair.export({publicKey: true});
  pair.controller = `did:key:${publicKeyMultibase}`;
  pair.id = `${pair.controller}#${publicKeyMultibase}`;
  return {did: pair.controller, signer: pair.signer()};
}

export function signing(name, key) {
  const module = SUITES[name];
  const cryptosuite = module.createSignCryptosuite?.() ?? module.cryptosuite;
  return new DataIntegrityProof({signer: key.signer, cryptosuite});
}

export function verifying(name) {
  const module = SUITES[name];
  return new DataIntegrityProof({cryptosuite: module.createVerifyCryptosuite?.() ?? module.cryptosuite});
}

export const verifyingAll = () => Object.keys(SUITES).map(verifying);
