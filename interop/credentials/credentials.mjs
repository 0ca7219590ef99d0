// Issues and verifies credentials by @digitalbazaar/vc: node credentials.mjs request.json answer.json. The request:
//   {"issue": [{"cryptosuite", "curve", "credential"}], "verify": [credential], "present": {"credential", "domain", "challenge"},
//    "documents": [DID document that is found under its id]}
// The answer: {"issued": [credential], "verified": [{"verified", "error"}], "presented": presentation}.
import {readFileSync, writeFileSync} from 'node:fs';
import * as vc from '@digitalbazaar/vc';
import {didLoader, documentLoader, signer, signing, verifyingAll} from './suites.mjs';

const request = JSON.parse(readFileSync(process.argv[2]));
const answer = {issued: [], verified: []};
for(const {cryptosuite, curve, credential} of request.issue ?? []) {
  const key = await signer(cryptosuite, curve);
  answer.issued.push(await vc.issue({
    credential: {...credential, issuer: key.did}, suite: signing(cryptosuite, key), documentLoader}));
}
for(const credential of request.verify ?? []) {
  const {verified, error} = await vc.verifyCredential({credential, suite: verifyingAll(), documentLoader: didLoader(request.documents ?? [])});
  answer.verified.push({verified, error: error && JSON.stringify(error, Object.getOwnPropertyNames(error))});
}
if(request.present) {
  const {credential, domain, challenge} = request.present;
  const key = await signer('eddsa-rdfc-2022');
  const presentation = vc.createPresentation({verifiableCredential: credential, holder: key.did, version: 2.0});
  answer.presented = await vc.signPresentation({
    presentation, suite: signing('eddsa-rdfc-2022', key), challenge, domain, documentLoader});
}
writeFileSync(process.argv[3], JSON.stringify(answer));
