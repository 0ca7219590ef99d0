// Issues or verifies by @digitalbazaar/vc for a while, as often as it can: node rates.mjs credentials.json. The file holds
// {"unsigned": [credential], "eddsa-jcs-2022": [signed credential], …}. A line of input {"suite", "work", "millis"} is answered by
// {"done"}, how many it has done; "work" is "issue" or "verify". Ends with its input.
import {createInterface} from 'node:readline';
import {readFileSync} from 'node:fs';
import * as vc from '@digitalbazaar/vc';
import {documentLoader, signer, signing, verifying} from './suites.mjs';

const credentials = JSON.parse(readFileSync(process.argv[2]));
const key = await signer('eddsa-jcs-2022');
const unsigned = credentials.unsigned.map(credential => ({...credential, issuer: key.did}));
let next = 0;

async function issue(suite) {
  // issuing may add to the credential that it is given
  const credential = {...unsigned[next++ % unsigned.length]};
  await vc.issue({credential, suite: signing(suite, key), documentLoader});
}

async function verify(suite) {
  const signed = credentials[suite];
  const credential = signed[next++ % signed.length];
  const {verified, error} = await vc.verifyCredential({credential, suite: verifying(suite), documentLoader});
  if(!verified) {
    throw error;
  }
}

for await (const line of createInterface({input: process.stdin})) {
  const {suite, work, millis} = JSON.parse(line);
  const run = work === 'issue' ? issue : verify;
  const end = performance.now() + millis;
  let done = 0;
  while(performance.now() < end) {
    await run(suite);
    done++;
  }
  console.log(JSON.stringify({done}));
}
