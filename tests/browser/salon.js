// A Salon server and the people at their browsers, as the stories need them. Every story file has a server of its own
// on a temporary database; every person a browser context of their own, watched: an error in the console, a
// violation of the content policy or a request to another origin fails the story in which it happens.
//
// The browser is Chromium, or Firefox where a story asks for it.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { launch } from './browsers.js';

const binary = process.env.SALON_BIN ?? new URL('../../target/debug/salon', import.meta.url).pathname;
const artefacts = new URL('./artefacts/', import.meta.url).pathname;

export const PASSWORD = 'a long enough password';

/** Starts the program; `port` 0 takes a free one. */
async function serve(data, port, options) {
  const args = ['--data', data, '--listen', `127.0.0.1:${port}`, '--limits', 'off', '--presence-grace', '1', ...options];
  const child = spawn(binary, args, { stdio: ['ignore', 'pipe', process.env.SALON_LOG ? 'inherit' : 'ignore'] });
  const url = await new Promise((resolve, reject) => {
    let said = '';
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    child.once('error', reject);
    child.stdout.on('data', (bytes) => {
      said += bytes;
      const found = /http:\/\/[\d.]+:\d+/.exec(said);
      if (found) resolve(found[0]);
    });
  });
  child.removeAllListeners('exit');
  return { child, url };
}

export class Salon {
  static start(...options) {
    return Salon.startIn('chromium', ...options);
  }

  /**
   * @param {'chromium' | 'firefox'} browser
   * @param {string[]} options for the program, beside those that every story has
   */
  static async startIn(browser, ...options) {
    const salon = new Salon();
    salon.options = options;
    salon.folder = await mkdtemp(join(tmpdir(), 'salon-browser-'));
    salon.data = join(salon.folder, 'salon.db');
    Object.assign(salon, await serve(salon.data, 0, options));
    salon.browser = await launch(browser);
    salon.people = [];
    return salon;
  }

  /** Ends the program as a power cut would. */
  async kill() {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await ended;
  }

  /** Starts it again where it was. */
  async restart() {
    const port = new URL(this.url).port;
    Object.assign(this, await serve(this.data, port, this.options));
  }

  async stop() {
    await this.browser.close();
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Someone sits down at a browser that nobody has used. Without a service worker, unless the story is about it. */
  async visitor(options = {}) {
    const context = await this.browser.newContext({
      baseURL: this.url, locale: 'en-GB', viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce',
      serviceWorkers: 'block', ...options,
    });
    context.setDefaultTimeout(Number(process.env.SALON_PATIENCE ?? 15_000));
    const person = new Person(context, this.url);
    this.people.push(person);
    await person.openPage();
    return person;
  }

  /** Someone with an account, made by the form. */
  async person(username, options = {}) {
    const person = await this.visitor(options);
    await person.register(username);
    return person;
  }

  /**
   * A program that is here as a bot, and answers what it is asked by commands.
   * @param {(asked: {name: string, text: string, username: string}) => Object} answer
   */
  async program(token, answer) {
    const { page } = await this.visitor();
    await page.goto('/login');
    await page.exposeFunction('answerTo', answer);
    await page.evaluate((token) => new Promise((resolve) => {
      const socket = new WebSocket(`/ws/events/?token=${token}`);
      socket.onmessage = async ({ data: text }) => {
        const { action, data } = JSON.parse(text);
        if (action === 'hello') resolve();
        if (action !== 'command') return;
        const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
        await fetch(`/api/commands/${data.id}`, { method: 'POST', headers, body: JSON.stringify(await window.answerTo(data)) });
      };
    }), token);
  }

  /** What every story promises at its end. */
  checkPeople() {
    for (const person of this.people) assert.deepEqual(person.complaints, [], `${person.name ?? 'visitor'}'s browser complained`);
  }
}

export class Person {
  constructor(context, url) {
    Object.assign(this, { context, url, complaints: [], mayLose: false, refusals: new Set() });
  }

  async openPage(path) {
    const page = await this.context.newPage();
    this.page ??= page;
    this.#watch(page);
    if (path) await page.goto(path);
    return page;
  }

  #watch(page) {
    page.on('pageerror', ({ message }) => {
      // Firefox reports a lost socket where Chromium writes to the console.
      if (this.mayLose && /^Firefox can’t establish a connection|^The connection to ws:.* was interrupted/.test(message)) return;
      this.complaints.push(`pageerror: ${message}`);
    });
    page.on('console', (message) => {
      if (message.type() !== 'error' && message.type() !== 'warning') return;
      const text = message.text();
      if (text === 'Service Worker registration blocked by Playwright') return;
      if (this.mayLose && /ERR_CONNECTION|ERR_INTERNET_DISCONNECTED|ERR_NETWORK|ERR_EMPTY_RESPONSE|WebSocket connection to/.test(text)) return;
      // The browser itself reports refusals that a story asks for; each is named by its status beforehand.
      const status = /the server responded with a status of (\d+)/.exec(text)?.[1];
      if (status && this.refusals.has(Number(status))) return;
      this.complaints.push(`${message.type()}: ${text}`);
    });
    page.on('request', (request) => {
      const { protocol, origin } = new URL(request.url());
      if (protocol === 'data:' || protocol === 'blob:') return;
      if (origin !== this.url) this.complaints.push(`request to ${request.url()}`);
    });
  }

  /** The service worker has this version of the page, and what was last seen is kept. */
  async isInstalled(page = this.page) {
    // it fetches all files, after everything that the page itself needs
    const timeout = 4 * Number(process.env.SALON_PATIENCE ?? 15_000);
    await page.waitForFunction(() => navigator.serviceWorker.controller, null, { timeout });
    await page.evaluate(() => navigator.serviceWorker.ready);
  }

  /** What the browser keeps of what was last seen. */
  kept(page = this.page) {
    return page.evaluate(() => new Promise((resolve, reject) => {
      const opening = indexedDB.open('salon', 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore('kept');
      opening.onerror = () => reject(opening.error);
      opening.onsuccess = () => {
        const asking = opening.result.transaction('kept').objectStore('kept').getAll();
        asking.onsuccess = () => {
          opening.result.close();
          resolve(asking.result);
        };
      };
    }));
  }

  /** Waits until this message would be there without the server. */
  async isKept(text, page = this.page) {
    const deadline = Date.now() + Number(process.env.SALON_PATIENCE ?? 15_000);
    while (!JSON.stringify(await this.kept(page)).includes(JSON.stringify(text))) {
      assert.ok(Date.now() < deadline, `${text} is not kept`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** These statuses are part of the story. */
  expectRefusal(...statuses) {
    for (const status of statuses) this.refusals.add(status);
  }

  async register(username) {
    this.name = username;
    await this.page.goto('/register');
    await this.page.fill('[name=username]', username);
    await this.page.fill('[name=password]', PASSWORD);
    await this.page.click('#auth-submit');
    await this.page.waitForSelector('#inside:not([hidden])');
    await this.isOnline();
  }

  async signIn(username = this.name, page = this.page) {
    await page.fill('[name=username]', username);
    await page.fill('[name=password]', PASSWORD);
    await page.click('#auth-submit');
    await page.waitForSelector('#inside:not([hidden])');
  }

  isOnline(page = this.page) {
    return page.waitForSelector('#me-button .avatar[data-presence=online]', { state: 'attached' });
  }

  async goTo(path, page = this.page) {
    await page.goto(path);
    await this.isOnline(page);
  }

  async createRoom(name, { topic = '', is_private = false } = {}) {
    await this.page.goto('/create_room');
    const form = this.page.locator('#pane-create_room');
    await form.locator('[name=name]').fill(name);
    await form.locator('[name=topic]').fill(topic);
    await form.locator('[name=is_private]').setChecked(is_private);
    await form.locator('[type=submit]').click();
    await this.inConversation(name);
  }

  async join(name) {
    await this.page.goto(`/rooms/${encodeURIComponent(name)}`);
    await this.page.click('[data-do=join-preview]');
    await this.inConversation(name);
  }

  async inConversation(name, page = this.page) {
    await page.waitForFunction(
      (name) => document.querySelector('#middle-name').textContent === name && document.querySelector('#rows .start, #rows .message'),
      name);
  }

  async say(text, page = this.page) {
    await page.fill('#composer-text', text);
    await page.press('#composer-text', 'Enter');
  }

  /** Chooses files for the next message and waits until they are uploaded. */
  async attach(...files) {
    const there = await this.page.locator('#uploads .upload').count();
    await this.page.setInputFiles('#attach-input', files);
    await this.page.locator('#uploads .upload.is-done').nth(there + files.length - 1).waitFor();
  }

  /** Does something in the settings, and closes them. */
  async inSettings(does, page = this.page) {
    await page.click('#me-button');
    await page.click('.sidebar [data-do=settings]');
    await page.locator('#telling').waitFor();
    await does();
    await page.keyboard.press('Escape');
    await page.locator('#dialog-settings').waitFor({ state: 'hidden' });
  }

  message(text, page = this.page) {
    return page.locator('#rows .message', { hasText: text });
  }

  /** Waits until that is shown as stored by the server. */
  async sees(text, page = this.page) {
    await this.message(text, page).and(page.locator('[data-seq]')).first().waitFor();
  }

  texts(page = this.page) {
    return page.locator('#rows .message .message-body').allTextContents();
  }

  sidebar(name, page = this.page) {
    return page.locator('.sidebar .side-link', { hasText: name });
  }

  /** Opens the card of a person by its address. */
  async card(username, page = this.page) {
    await this.goTo(`/friends?person=${encodeURIComponent(username)}`, page);
    const card = page.locator('#dialog-person');
    await card.getByText(`@${username}`, { exact: true }).waitFor();
    return card;
  }

  /** Presses the button of that name on the card of a person. */
  async act(username, name, page = this.page) {
    const card = await this.card(username, page);
    await card.getByRole('button', { name: `${name} ${username}`, exact: true }).click();
  }

  async confirm(page = this.page) {
    await page.click('#confirm-yes');
    await page.locator('#dialog-confirm').waitFor({ state: 'hidden' });
  }

  /** What the bell says is unread. */
  async bell(count, page = this.page) {
    await page.waitForFunction(
      (count) => {
        const badge = document.querySelector('.sidebar .bell-count');
        return count ? !badge.hidden && badge.textContent === String(count) : badge.hidden;
      }, count);
  }

  /** Calls the server as this browser would. */
  async api(method, path, body) {
    return this.page.evaluate(async ([method, path, body]) => {
      const answer = await fetch(path, {
        method, headers: { 'Content-Type': 'application/json' }, body: body === null ? undefined : JSON.stringify(body),
      });
      return answer.status === 204 ? null : answer.json();
    }, [method, path, body ?? null]);
  }

  async chatId(name) {
    return (await this.api('GET', `/api/conversations/${encodeURIComponent(name)}`)).id;
  }

  async postMany(name, count, text = (n) => `message ${n}`) {
    for (let n = 1; n <= count; n += 1) await this.api('POST', `/api/conversations/${encodeURIComponent(name)}/messages`, { content: text(n) });
  }

  async screenshot(name, page = this.page) {
    await mkdir(artefacts, { recursive: true });
    await page.screenshot({ path: join(artefacts, `${name}.png`) });
  }

  /** No violation of WCAG A or AA that axe can find. */
  async isAccessible(what, page = this.page) {
    const { violations } = await new AxeBuilder({ page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
      .analyze();
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary}`).join(' | ')}`);
    assert.deepEqual(found, [], what);
  }
}
