// Credentials as JWTs by jose and as SD-JWTs by @sd-jwt/sd-jwt-vc: node jose.mjs request.json answer.json. The request:
//   {"issuer": public JWK, "holder": private JWK, "sdJwt", "shown": an SD-JWT+KB, "disclose": presentation frame, "jwt", "es256": {"issuer": public JWK, "sdJwt", "jwt"}, "credential", "claims", "domain", "challenge"}
// The answer: {"sdJwtClaims", "jwtClaims", "shownClaims": of what was verified, and in "es256" by ES256; "presented": an SD-JWT+KB of the one in the request;
//   "issued": an SD-JWT+KB of an issuer with a P-256 key; "credential", "presentation": JWTs by jose}.
import {createHash, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign, verify} from 'node:crypto';
import {readFileSync, writeFileSync} from 'node:fs';
import {SDJwtVcInstance} from '@sd-jwt/sd-jwt-vc';
import {SignJWT, importJWK, jwtVerify} from 'jose';

const base64 = bytes => Buffer.from(bytes).toString('base64url');
const digestOf = jwk => jwk.kty === 'EC' ? 'sha256' : null;
const raw = 'ieee-p1363';

const signer = jwk => data => base64(sign(
  digestOf(jwk), Buffer.from(data), {key: createPrivateKey({key: jwk, format: 'jwk'}), dsaEncoding: raw}));
const verifier = jwk => (data, signature) => verify(
  digestOf(jwk), Buffer.from(data), {key: createPublicKey({key: jwk, format: 'jwk'}), dsaEncoding: raw},
  Buffer.from(signature, 'base64url'));

function sdJwt({issuerPublic, issuerPrivate, holder}) {
  return new SDJwtVcInstance({
    hasher: (data, alg) => createHash(alg.replace('-', '')).update(data).digest(),
    hashAlg: 'sha-256',
    saltGenerator: length => randomBytes(length).toString('base64url'),
    signer: issuerPrivate && signer(issuerPrivate),
    signAlg: 'ES256',
    verifier: verifier(issuerPublic),
    kbSigner: signer(holder),
    kbVerifier: (data, signature, payload) => verifier(payload.cnf.jwk)(data, signature),
    kbSignAlg: 'EdDSA'
  });
}

const request = JSON.parse(readFileSync(process.argv[2]));
const {issuer, holder, domain, challenge} = request;
const kb = {payload: {iat: Math.floor(Date.now() / 1000), aud: domain, nonce: challenge}};
const answer = {};

const ours = sdJwt({issuerPublic: issuer, holder});
answer.sdJwtClaims = (await ours.verify(request.sdJwt)).payload;
answer.shownClaims = (await ours.verify(request.shown, {keyBindingNonce: challenge})).payload;
answer.presented = await ours.present(request.sdJwt, request.disclose, {kb});
const es256 = sdJwt({issuerPublic: request.es256.issuer, holder});
answer.es256 = {
  sdJwtClaims: (await es256.verify(request.es256.sdJwt)).payload,
  jwtClaims: (await jwtVerify(request.es256.jwt, await importJWK(request.es256.issuer, 'ES256'))).payload
};
answer.jwtClaims = (await jwtVerify(request.jwt, await importJWK(issuer, 'EdDSA'))).payload;

const {publicKey, privateKey} = generateKeyPairSync('ec', {namedCurve: 'P-256'});
const issuerPublic = publicKey.export({format: 'jwk'});
const did = `did:jwk:${base64(JSON.stringify(issuerPublic))}`;
const {d, ...holderPublic} = holder;
const theirs = sdJwt({issuerPublic, issuerPrivate: privateKey.export({format: 'jwk'}), holder});
const issued = await theirs.issue(
  {...request.claims, iss: did, iat: Math.floor(Date.now() / 1000), cnf: {jwk: holderPublic}},
  {_sd: ['name', 'address'], _sd_decoy: 3, address: {_sd: ['street']}, nationalities: {_sd: [0, 1]}},
  {header: {kid: '#0'}});
answer.issued = await theirs.present(issued, {address: true, nationalities: {1: true}}, {kb});

const jwt = (typ, payload) => new SignJWT(payload).setProtectedHeader({alg: 'ES256', typ, kid: `${did}#0`}).sign(privateKey);
answer.credential = await jwt('vc+jwt', {...request.credential, issuer: did});
answer.presentation = await jwt('vp+jwt', {
  '@context': ['https://www.w3.org/ns/credentials/v2'], type: ['VerifiablePresentation'], holder: did, aud: domain,
  nonce: challenge,
  verifiableCredential: [{
    '@context': 'https://www.w3.org/ns/credentials/v2', type: 'EnvelopedVerifiableCredential',
    id: `data:application/vc+jwt,${answer.credential}`
  }]
});
writeFileSync(process.argv[3], JSON.stringify(answer));
