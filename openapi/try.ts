// What a program does with the client generated for TypeScript: publish and look up one profile, then several.
// Copied beside the client and compiled with it by openapi/clients.
import { Configuration, ProfilesApi, ResponseError, type ImportResult, type Lookup } from './index.js';

declare const process: { argv: string[]; env: Record<string, string | undefined> };

function check(holds: boolean, what: string): void {
  if (!holds) {
    throw new Error(`the TypeScript client: ${what}`);
  }
}

/** The values of an NDJSON body, one a line. */
async function lines<T>(body: Blob): Promise<T[]> {
  return (await body.text()).trim().split('\n').map((line) => JSON.parse(line) as T);
}

const profiles = new ProfilesApi(
  new Configuration({ basePath: process.argv[2], accessToken: process.env['GRAPEVINE_API_KEY'] }),
);
const [ada, grace, edith] = ['ada', 'grace', 'edith'].map((name) => `${name}-${crypto.randomUUID()}`);

const published = await profiles.publishProfile({
  publishProfile: { username: ada, displayName: 'Ada Lovelace', publicClaims: { degree: 'BSc' } },
});
check(published.credential?.['proof'] !== undefined, 'the credential has no proof');

const found = await profiles.lookupProfile({ username: ada });
check(found.attestations[0].publicClaims['degree'] === 'BSc', 'the lookup has not what was published');
check(found.attestations[0].publishedAt instanceof Date, 'times are no dates');

const roster = [grace, edith].map((username) => JSON.stringify({ username, displayName: username })).join('\n');
const imported = await lines<ImportResult>(await profiles.importProfiles({ body: roster }));
check(imported.map((result) => result.status).join() === 'published,published', 'the roster is not published');

const several = await lines<Lookup>(await profiles.lookupProfiles({ lookupProfiles: { usernames: [ada, grace, edith] } }));
check(several.every((lookup) => lookup.attestations.length === 1) && several.length === 3, 'not all are found');

const refusal = await profiles.lookupProfile({ username: `${ada}-2` }).catch((error) => error as ResponseError);
check(refusal instanceof ResponseError && refusal.response.status === 404, 'nobody is found');

console.log('The TypeScript client has published and looked up.');
