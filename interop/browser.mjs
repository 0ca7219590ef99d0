// A person at a browser, and a page of another origin: what they can do with two nodes that are connected.
//
//     GRAPEVINE_API_KEY=… CHROMIUM=… node browser.mjs URL_OF_NODE_A URL_OF_NODE_B SCREENSHOT.png
//
// Publishes on A, looks up on B, and prints what came of it as one line of JSON.

import { createServer } from 'node:http'
import { chromium } from 'playwright-core'

const MILLIS = 60_000

const [nodeA, nodeB, screenshot] = process.argv.slice(2).map(argument => argument.replace(/\/$/, ''))
const key = process.env.GRAPEVINE_API_KEY
const username = `browser-${Date.now()}`
const intruder = `intruder-${Date.now()}`

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ['--disable-dev-shm-usage'] })
const elsewhere = createServer((request, response) =>
  response.writeHead(request.url === '/' ? 200 : 204, { 'Content-Type': 'text/html' }).end('<!doctype html><title>Elsewhere</title>'))
await new Promise(resolve => elsewhere.listen(0, '127.0.0.1', resolve))
try {
  const publish = await swaggerUi(nodeA, 'publishProfile', async operation => {
    const body = JSON.stringify({ username, displayName: 'Ada Łovelace', publicClaims: { city: 'Łódź' } })
    await operation.locator('tr[data-param-name="Idempotency-Key"] input').fill('')
    await operation.locator('textarea.body-param__text').fill(body)
  }, screenshot)
  const found = await lookUpUntilFound()
  const lookUp = await swaggerUi(nodeB, 'lookupProfile', operation =>
    operation.locator('tr[data-param-name="username"] input').fill(username))
  const crossOrigin = await pageElsewhere()
  console.log(JSON.stringify({ username, publish, found, lookUp, crossOrigin }))
} finally {
  await browser.close()
  elsewhere.close()
}

/** Opens the node's Swagger UI, authorizes, fills one operation in and executes it. */
async function swaggerUi(node, operationId, fill, picture) {
  const { page, complaints } = await newPage()
  await page.goto(`${node}/swagger-ui.html`)
  await page.locator('button.authorize').first().click()
  await page.locator('.auth-container input').fill(key)
  await page.locator('.auth-container button.authorize').click()
  await page.locator('.auth-container button.btn-done').click()

  const operation = page.locator(`[id$="-${operationId}"].opblock`)
  await operation.locator('.opblock-summary-control').click()
  await operation.locator('.try-out__btn').click()
  await fill(operation)
  await operation.locator('button.execute').click()
  const answer = operation.locator('.live-responses-table tr.response').first()
  const status = Number.parseInt(await answer.locator('.response-col_status').innerText())
  const shown = await answer.locator('.response-col_description').innerText()
  if (picture) {
    await operation.locator('.live-responses-table').scrollIntoViewIfNeeded()
    await page.screenshot({ path: picture })
  }
  const heard = complaints.splice(0)
  const ran = await injectScript(page)
  await page.context().close()
  return { status, shown, complaints: heard, injected: { ran, complaints } }
}

/** What a script does that somebody has smuggled into the page: true if it ran. */
async function injectScript(page) {
  const complained = page.waitForEvent('console')
  const ran = await page.evaluate(() => {
    const script = document.createElement('script')
    script.textContent = "window.smuggled = true; console.warn('smuggled')"
    document.body.append(script)
    return window.smuggled === true
  })
  await complained
  return ran
}

/** Until the profile has come to B. */
async function lookUpUntilFound() {
  const end = Date.now() + MILLIS
  while (Date.now() < end) {
    const response = await fetch(`${nodeB}/api/v1/profiles/${username}`)
    if (response.ok) {
      return true
    }
    await new Promise(resolve => setTimeout(resolve, 200))
  }
  return false
}

/** What a page of another origin reads of B, and what it cannot write. */
async function pageElsewhere() {
  const { page, complaints } = await newPage()
  await page.goto(`http://127.0.0.1:${elsewhere.address().port}/`)
  const read = await page.evaluate(async ({ api, username }) => {
    const one = await fetch(`${api}/${username}`)
    const etag = one.headers.get('ETag')
    const again = await fetch(`${api}/${username}`, { headers: { 'If-None-Match': etag } })
    const batch = await fetch(`${api}/lookup`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/x-ndjson' },
      body: JSON.stringify({ usernames: [username, 'nobody-at-all'] })
    })
    const text = await batch.text()
    return {
      origin: location.origin,
      lookUp: { status: one.status, body: await one.json(), etag },
      unchanged: { status: again.status, etag: again.headers.get('ETag') },
      batch: { status: batch.status, lines: text.trim().split('\n').map(line => JSON.parse(line)) }
    }
  }, { api: `${nodeB}/api/v1/profiles`, username })
  const readComplaints = complaints.splice(0)

  // The first asks by a preflight request; the second, of a type that HTML forms have, is sent without.
  const write = {}
  for (const type of ['application/json', 'text/plain']) {
    write[type] = await page.evaluate(({ api, type, body }) =>
      fetch(api, { method: 'POST', headers: { 'Content-Type': type }, body }).then(
        response => `answered ${response.status}`,
        error => error.name), { api: `${nodeB}/api/v1/profiles`, type, body: JSON.stringify({ username: intruder, displayName: 'I' }) })
  }
  const written = (await fetch(`${nodeB}/api/v1/profiles/${intruder}`)).status
  await page.context().close()
  return { read, readComplaints, write, written, writeComplaints: complaints }
}

/** A page with a fresh profile, and all that the browser finds wrong with it: errors, warnings, violations of its policy. */
async function newPage() {
  const context = await browser.newContext()
  context.setDefaultTimeout(MILLIS)
  await context.addInitScript(() => document.addEventListener('securitypolicyviolation', violation =>
    console.error(`policy violated: ${violation.violatedDirective} by ${violation.blockedURI}`)))
  const page = await context.newPage()
  const complaints = []
  page.on('pageerror', error => complaints.push(`page error: ${error.message}`))
  page.on('console', message => {
    if (['error', 'warning'].includes(message.type())) {
      complaints.push(`${message.type()}: ${message.text()} (${message.location().url})`)
    }
  })
  return { page, complaints }
}
