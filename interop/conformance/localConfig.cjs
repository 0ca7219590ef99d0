// What the W3C's test suites of credentials need to know of a node. See README.md.
const url = process.env.GRAPEVINE_URL;
const headers = {Authorization: `Bearer ${process.env.GRAPEVINE_API_KEY}`};
const ed25519 = process.env.GRAPEVINE_DID;
const web = process.env.GRAPEVINE_DID_WEB;

const issuer = (id, cryptosuite, curve, tags = []) => ({
  id, headers, tags: [cryptosuite, ...tags], endpoint: `${url}/credentials/issue`, options: {cryptosuite, curve},
  supports: {vc: ['1.1', '2.0']}, supportedEcdsaKeyTypes: [curve]
});

const verifier = (path, tags) => ({
  id: ed25519, tags, endpoint: `${url}/${path}/verify`, supportedEcdsaKeyTypes: ['P-256', 'P-384']
});

const cryptosuites = ['eddsa-jcs-2022', 'eddsa-rdfc-2022', 'ecdsa-jcs-2019', 'ecdsa-rdfc-2019'];

module.exports = {
  settings: {enableInteropTests: false, testAllImplementations: false},
  implementations: [{
    name: 'Grapevine',
    implementation: 'Grapevine',
    issuers: [
      issuer(ed25519, 'eddsa-rdfc-2022', 'Ed25519', ['vc2.0', 'vc-api', 'BitstringStatusList']),
      issuer(ed25519, 'eddsa-jcs-2022', 'Ed25519'),
      issuer(web, 'ecdsa-rdfc-2019', 'P-256'),
      issuer(web, 'ecdsa-rdfc-2019', 'P-384'),
      issuer(web, 'ecdsa-jcs-2019', 'P-256'),
      issuer(web, 'ecdsa-jcs-2019', 'P-384')
    ],
    verifiers: [verifier('credentials', ['vc2.0', 'vc-api', 'BitstringStatusList', ...cryptosuites])],
    vpVerifiers: [verifier('presentations', ['vc2.0', 'vc-api', 'BitstringStatusList'])]
  }]
};
