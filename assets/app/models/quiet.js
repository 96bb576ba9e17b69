// When nothing may sound or pop up: between two times of the day, over midnight too, or until a moment. Pure; times are
// this device's.

export const HOUR_MS = 60 * 60 * 1000;
const MORNING = 8;

const minutesOf = (time) => {
  const [hours, minutes] = time.split(':').map(Number);
  return hours * 60 + minutes;
};

/** @param {import('../state/types.js').Telling} telling */
export function isQuiet({ hours, from, to, quiet_until }, now) {
  if (quiet_until && now < quiet_until) return true;
  if (!hours || !from || !to) return false;
  const date = new Date(now);
  const at = date.getHours() * 60 + date.getMinutes();
  const [begin, end] = [minutesOf(from), minutesOf(to)];
  return begin <= end ? at >= begin && at < end : at >= begin || at < end;
}

export function tomorrowMorning(now) {
  const date = new Date(now);
  date.setDate(date.getDate() + 1);
  return date.setHours(MORNING, 0, 0, 0);
}
