// The words of the interface, in the person's language, and dates as they are written there. Changing the language
// draws the page again without loading it again.

/** Which there are words for: the files of `i18n`, as the server found them. */
export const LANGUAGES = document.documentElement.dataset.languages.split(' ');

const dictionaries = {};
const further = {}; // those of which the words of `words` are known too
let whole = false; // whether these are wanted
let locale = 'en';

const load = async (folder, language) => (await fetch(new URL(`../${folder}/${language}.json`, import.meta.url))).json();

const formats = new Map();

/** Making one costs more than all else about a row, and a page needs few. */
function made(Format, tag, options = {}) {
  const key = `${Format.name} ${tag} ${JSON.stringify(options)}`;
  if (!formats.has(key)) formats.set(key, new Format(tag, options));
  return formats.get(key);
}

async function learn(language) {
  dictionaries[language] ??= await load('i18n', language);
  // a language that has words for the first sight alone borrows the rest
  if (whole) further[language] ??= Object.assign(dictionaries[language], await load('words', language).catch(() => load('words', 'en')));
}

/** From now on, also the words of what is not in the first sight. */
export function learnAll() {
  whole = true;
  return learn(locale);
}

/** Loads the words if need be, and uses them from now on. */
export async function useLocale(next) {
  await learn(next);
  locale = next;
  document.documentElement.lang = next;
  translate(document);
  for (const template of document.querySelectorAll('template')) translate(template.content);
}

const wordsFor = (language) =>
  LANGUAGES.find((it) => it.toLowerCase() === language.toLowerCase()) ?? LANGUAGES.find((it) => it === language.split('-')[0].toLowerCase());

export const preferredLocale = () => navigator.languages.map(wordsFor).find(Boolean) ?? 'en';

/** What a language calls itself. */
export function languageName(language) {
  const name = made(Intl.DisplayNames, language, { type: 'language' }).of(language);
  return name[0].toLocaleUpperCase(language) + name.slice(1);
}

export const has = (key) => key in (dictionaries[locale] ?? {});

/** The words for `key`, with `{name}` replaced by what `params` has under that name. */
export function t(key, params = {}) {
  const words = dictionaries[locale]?.[key] ?? key;
  return words.replace(/\{(\w+)\}/g, (_, name) => params[name] ?? '');
}

/** The same for a number of things: `key.one`, `key.other`, as the language counts. */
export function count(key, n, params = {}) {
  const form = made(Intl.PluralRules, locale).select(n);
  const number = made(Intl.NumberFormat, locale).format(n);
  return t(has(`${key}.${form}`) ? `${key}.${form}` : `${key}.other`, { n: number, ...params });
}

/** Fills in what the page marks with `data-i18n` (text) and `data-i18n-attr` (`attribute:key; …`). */
export function translate(root) {
  for (const element of root.querySelectorAll('[data-i18n]')) element.textContent = t(element.dataset.i18n);
  for (const element of root.querySelectorAll('[data-i18n-attr]')) {
    for (const pair of element.dataset.i18nAttr.split(';')) {
      const [attribute, key] = pair.split(':').map((part) => part.trim());
      element.setAttribute(attribute, t(key));
    }
  }
}

/** The reader's own variety of the language, where the browser names one: British and American clocks differ. */
const region = () => navigator.languages.find((language) => language.toLowerCase().startsWith(locale.toLowerCase())) ?? locale;

const format = (date, options) => made(Intl.DateTimeFormat, region(), options).format(new Date(date));

export const timeOf = (date) => format(date, { timeStyle: 'short' });
export const momentOf = (date) => format(date, { dateStyle: 'full', timeStyle: 'short' });

export const shortMomentOf = (date) => format(date, { dateStyle: 'medium', timeStyle: 'short' });

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];

/** How large a file is, as people say it. */
export function bytesOf(bytes) {
  const step = Math.min(UNITS.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10));
  const options = { style: 'unit', unit: UNITS[step], unitDisplay: step ? 'short' : 'long', maximumSignificantDigits: 3 };
  return made(Intl.NumberFormat, locale, options).format(bytes / 1024 ** step);
}

export const percentOf = (percent) => made(Intl.NumberFormat, locale, { style: 'percent' }).format(percent / 100);

export const numberOf = (number) => made(Intl.NumberFormat, locale).format(number);

/** How long something has been, in its largest unit. */
export function durationOf(seconds) {
  const [unit, length] = [['day', 86_400], ['hour', 3_600], ['minute', 60]].find(([, length]) => seconds >= length) ?? ['second', 1];
  return made(Intl.NumberFormat, locale, { style: 'unit', unit, unitDisplay: 'long' }).format(Math.floor(seconds / length));
}

/** Names as they are said one after the other: "Anna, Ben and Cleo". */
export const listOf = (names) => made(Intl.ListFormat, locale, { type: 'conjunction' }).format(names);

/** A day as people say it: today, yesterday, then its name. */
export function dayOf(date) {
  const midnight = (moment) => new Date(moment).setHours(0, 0, 0, 0);
  const days = Math.round((midnight(date) - midnight(Date.now())) / 86_400_000);
  if (days === 0 || days === -1) {
    const words = made(Intl.RelativeTimeFormat, locale, { numeric: 'auto' }).format(days, 'day');
    return words[0].toLocaleUpperCase(locale) + words.slice(1);
  }
  const year = new Date(date).getFullYear() === new Date().getFullYear() ? undefined : 'numeric';
  return format(date, { weekday: 'long', day: 'numeric', month: 'long', year });
}

/** What went wrong, in the person's words: by its code, by the server's own words where the code is unknown. */
export const errorText = ({ code, message, fields }) =>
  has(`error.${code}`) ? t(`error.${code}`, fields).trim() : message ?? t('error.unavailable');
