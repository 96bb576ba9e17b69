// What can be said of the client's files without a browser: words in both languages, the vendor's files untouched,
// modules small and within their floors.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const assets = new URL('../../assets/', import.meta.url).pathname;
const read = (path) => readFileSync(join(assets, path), 'utf8');
const modules = readdirSync(join(assets, 'app'), { recursive: true })
  .filter((name) => name.endsWith('.js'))
  .map((name) => ({ name, text: read(join('app', name)) }));
const html = read('index.html') + read('app/parts.html');
const languages = readdirSync(join(assets, 'i18n')).map((name) => name.replace('.json', ''));
/** Those of the first sight, and those that come later: no word is among both. */
const wordsOf = (language) => ['i18n', 'words'].map((folder) => JSON.parse(read(`${folder}/${language}.json`)));
const words = Object.fromEntries(languages.map((language) => [language, Object.assign({}, ...wordsOf(language))]));

const base = (key) => key.replace(/\.(one|other|many|few|two|zero)$/, '');

test('all languages have the same words, with the same gaps to fill, and count as they do', () => {
  assert.ok(languages.includes('en') && languages.includes('fr'));
  assert.deepEqual(readdirSync(join(assets, 'words')).map((name) => name.replace('.json', '')), languages);
  const gaps = (text) => (text.match(/\{\w+\}/g) ?? []).sort();
  const counted = new Set(Object.keys(words.en).filter((key) => key.endsWith('.other')).map(base).filter((key) => `${key}.one` in words.en));
  for (const language of languages) {
    const [first, later] = wordsOf(language);
    assert.deepEqual(Object.keys(later).filter((key) => key in first), [], language);
    assert.deepEqual(Object.keys(later), Object.keys(wordsOf('en')[1]), language);
    const own = words[language];
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    const wanted = Object.keys(words.en).filter((key) => !counted.has(base(key)));
    for (const key of counted) wanted.push(...forms.filter((form) => form === 'other' || form === 'one' || `${key}.${form}` in own).map((form) => `${key}.${form}`));
    assert.deepEqual(Object.keys(own).sort(), wanted.sort(), language);
    for (const [key, text] of Object.entries(own)) {
      assert.ok(text.trim(), `${language} ${key}`);
      assert.deepEqual(gaps(text), gaps(words.en[key] ?? words.en[`${base(key)}.other`]), `${language} ${key}`);
    }
  }
});

test('no word is missing and none is left over', () => {
  const literals = new Set(modules.flatMap(({ text }) => [...text.matchAll(/['"`]([a-z_]+(?:\.[a-z_]+)+)['"`]/g)].map(([, key]) => key)));
  const asked = new Set(modules.flatMap(({ text }) => [...text.matchAll(/\b(?:t|count)\((?:[^'"()]*\? )?'([a-z_.]+)'/g)].map(([, key]) => key)));
  for (const [, key] of html.matchAll(/data-i18n="([^"]+)"/g)) asked.add(key);
  for (const [, list] of html.matchAll(/data-i18n-attr="([^"]+)"/g)) {
    for (const pair of list.split(';')) asked.add(pair.split(':')[1].trim());
  }
  for (const [, key] of read('manifest.webmanifest').matchAll(/"(?:name|description)": "([a-z_]+\.[a-z_.]+)"/g)) asked.add(key);
  const known = new Set(Object.keys(words.en).flatMap((key) => [key, base(key)]));
  assert.deepEqual([...asked].filter((key) => !known.has(key)), [], 'missing');

  // Some are put together from what the server or the address says: by a beginning that stands in a module.
  const begun = modules.flatMap(({ text }) => [...text.matchAll(/`([a-z_]+\.[a-z_]*)\$\{/g)].map(([, beginning]) => beginning));
  const made = (key) => begun.some((beginning) => key.startsWith(beginning));
  const used = (key) => asked.has(base(key)) || asked.has(key) || literals.has(key) || literals.has(base(key)) || made(key);
  assert.deepEqual(Object.keys(words.en).filter((key) => !used(key)), [], 'left over');
});

test('the vendor’s files are the ones that were reviewed', () => {
  const sums = read('vendor/SHA256SUMS').trim().split('\n').map((line) => line.split(/\s+/));
  const listed = sums.map(([, name]) => name).sort();
  const present = readdirSync(join(assets, 'vendor')).filter((name) => name !== 'SHA256SUMS' && name !== 'update').sort();
  assert.deepEqual(present, listed);
  for (const [sum, name] of sums) {
    assert.equal(createHash('sha256').update(readFileSync(join(assets, 'vendor', name))).digest('hex'), sum, name);
  }
});

test('every icon that is used is in the sprite, and no other', () => {
  const has = [...read('vendor/icons.svg').matchAll(/<symbol id="icon-([^"]+)"/g)].map(([, name]) => name).sort();
  const all = html + modules.map(({ text }) => text).join('\n');
  const used = has.filter((name) => all.includes(`#icon-${name}"`) || new RegExp(`['"]${name}['"]`).test(all));
  const wanted = [...html.matchAll(/#icon-([\w-]+)/g)].map(([, name]) => name);
  assert.deepEqual(wanted.filter((name) => !has.includes(name)), []);
  assert.deepEqual(used, has);
});

test('a module opens with what it is for, and is no longer than 200 lines', () => {
  for (const { name, text } of modules) {
    assert.match(text, /^\/\/ /, name);
    assert.ok(text.split('\n').length <= 201, name);
  }
});

test('only dom.js writes HTML, and nothing is global or inline', () => {
  for (const { name, text } of modules) {
    if (name !== 'dom.js') assert.doesNotMatch(text, /innerHTML|outerHTML|insertAdjacentHTML|document\.write/, name);
    assert.doesNotMatch(text, /\b(window|globalThis)\.\w+ = |\beval\(|new Function/, name);
  }
  assert.doesNotMatch(html, /<script(?![^>]* src=)|<style|\sstyle=|\son\w+=|https?:\/\/(?!www\.w3\.org)/);
});

test('every module is needed: at once from main.js, or when something is first opened', () => {
  const needed = new Set(['theme.js', 'state/types.js']); // the latter holds words for readers
  const need = (name) => {
    if (needed.has(name)) return;
    needed.add(name);
    const { text } = modules.find((module) => module.name === name) ?? assert.fail(`${name} is imported`);
    for (const [, path] of text.matchAll(/(?:\bfrom |\bimport\()'(\.[^']+)'/g)) need(join(dirname(name), path));
  };
  need('main.js');
  assert.deepEqual(modules.map(({ name }) => name).filter((name) => !needed.has(name)), []);
});

test('each part uses only what lies below it', () => {
  const floors = { 'dom.js': 1, 'i18n.js': 1, 'router.js': 1, net: 1, models: 2, state: 2, actions: 3, 'actions.js': 4, 'live.js': 4, views: 4, 'telling.js': 4, 'installed.js': 4, 'keeping.js': 4, 'parts.js': 4, 'admin.js': 5, 'commands.js': 5, 'hooks.js': 5, 'settings.js': 5, 'tournaments.js': 5, 'main.js': 5, 'theme.js': 1 };
  const floorOf = (name) => floors[name.split('/')[0]];
  for (const { name, text } of modules) {
    for (const [, path] of text.matchAll(/^import .*?from '(\.[^']+)'/gms)) {
      const target = relative(join(assets, 'app'), join(assets, 'app', dirname(name), path));
      assert.ok(floorOf(target) <= floorOf(name), `${name} uses ${target}`);
      if (name.startsWith('views/')) assert.doesNotMatch(target, /^(net|actions)\b/, name);
      if (name.startsWith('net/')) assert.match(target, /^net\//, name);
    }
  }
});
