// Numbers and foreign text as people read them.

const counts = new Intl.NumberFormat('en-US');
export const formatCount = (count: number): string => counts.format(count);

export function plural(count: number, noun: string, nouns = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : nouns}`;
}

export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

/** "0:07" */
export function formatClock(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

export function formatPercentage(percentage: number): string {
  return `${Math.floor(Math.min(100, Math.max(0, percentage)))} %`;
}

// Controls, lone surrogates, invisible and direction-changing characters: a
// name made of them must not look like another name.
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

function escapeCharacter(character: string): string {
  // Joins emoji; harmless between visible characters.
  if (character === '\u200d') return character;
  const code = character.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
}

/** Foreign text on one line, every character of it visible, cut at `limit`. */
export function displayText(text: string, limit = 160): string {
  const cut = text.length > limit ? `${text.slice(0, limit).replace(/[\ud800-\udbff]$/, '')}…` : text;
  const shown = cut.replace(invisible, escapeCharacter);
  return shown.trim() === '' ? JSON.stringify(shown) : shown;
}

export function displayKeyPath(keyPath: string | string[] | null): string {
  if (keyPath === null) return 'out of line';
  if (Array.isArray(keyPath)) return `[${keyPath.map((part) => displayText(part, 60)).join(', ')}]`;
  return displayText(keyPath, 60);
}
