// Issues and verifies credentials by @digitalbazaar/vc: node credentials.mjs request.json answer.json. The request:
//   {"issue": [{"cryptosuite", "curve", "credential"}], "verify": [credential], "present": {"credential", "domain", "challenge"}}
// The answer: {"issued": [credential], "verified": [{"verified", "error"}], "presented": presentation}.
import {readFileSync, writeFileSync} from 'node:fs';
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

const contexts = new URL('../../src/main/resources/contexts/', import.meta.url);
const CONTEXTS = {
  'https://www.w3.org/ns/credentials/v2': 'credentials-v2',
  'https://www.w3.org/ns/credentials/undefined-terms/v2': 'undefined-terms-v2',
  'https://www.w3.org/ns/credentials/examples/v2': 'examples-v2',
  'https://w3id.org/security/data-integrity/v2': 'data-integrity-v2',
  'https://w3id.org/security/multikey/v1': 'multikey-v1'
};

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

async function documentLoader(url) {
  let document;
  if(url in CONTEXTS) {
    document = JSON.parse(readFileSync(new URL(`${CONTEXTS[url]}.json`, contexts)));
  } else if(url.startsWith('did:key:')) {
    const [did, fragment] = url.split('#');
    document = didKey(did.slice('did:key:'.length));
    if(fragment) {
      document = {'@context': 'https://w3id.org/security/multikey/v1', ...document.verificationMethod[0]};
    }
  } else {
    return vc.defaultDocumentLoader(url);
  }
  return {contextUrl: null, documentUrl: url, document};
}

async function signer(cryptosuite, curve) {
  const pair = cryptosuite.startsWith('eddsa') ?
    await Ed25519Multikey.generate() : await EcdsaMultikey.generate({curve});
  const {publicKeyMultibase} = await pair.export({publicKey: true});
  pair.controller = `did:key:${publicKeyMultibase}`;
  pair.id = `${pair.controller}#${publicKeyMultibase}`;
  return {did: pair.controller, signer: pair.signer()};
}

function suiteOf(name, key) {
  const module = SUITES[name];
  const cryptosuite = module.createSignCryptosuite?.() ?? module.cryptosuite;
  return new DataIntegrityProof({signer: key.signer, cryptosuite});
}

const verifying = () => Object.values(SUITES).map(module =>
  new DataIntegrityProof({cryptosuite: module.createVerifyCryptosuite?.() ?? module.cryptosuite}));

const request = JSON.parse(readFileSync(process.argv[2]));
const answer = {issued: [], verified: []};
for(const {cryptosuite, curve, credential} of request.issue ?? []) {
  const key = await signer(cryptosuite, curve);
  answer.issued.push(await vc.issue({
    credential: {...credential, issuer: key.did}, suite: suiteOf(cryptosuite, key), documentLoader}));
}
for(const credential of request.verify ?? []) {
  const {verified, error} = await vc.verifyCredential({credential, suite: verifying(), documentLoader});
  answer.verified.push({verified, error: error && JSON.stringify(error, Object.getOwnPropertyNames(error))});
}
if(request.present) {
  const {credential, domain, challenge} = request.present;
  const key = await signer('eddsa-rdfc-2022');
  const presentation = vc.createPresentation({verifiableCredential: credential, holder: key.did, version: 2.0});
  answer.presented = await vc.signPresentation({
    presentation, suite: suiteOf('eddsa-rdfc-2022', key), challenge, domain, documentLoader});
}
writeFileSync(process.argv[3], JSON.stringify(answer));
