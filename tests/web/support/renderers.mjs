// The renderer processes of one Chromium, found by its profile.
import { readdirSync, readFileSync } from 'node:fs';

/** pid → { parent, command } of all that run now. */
function processes() {
  const found = new Map();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // Behind the name in parentheses, which may hold anything: state, parent.
      found.set(Number(pid), { parent: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]), command });
    } catch {
      // It has ended meanwhile.
    }
  }
  return found;
}

/** Ends them all without a farewell; gives how many there were. */
export function killRenderers(profile) {
  const all = processes();
  const isOfBrowser = (pid) => {
    for (let each = all.get(pid); each; each = all.get(each.parent)) {
      if (each.command.includes(`--user-data-dir=${profile}`)) return true;
    }
    return false;
  };
  const renderers = [...all.keys()].filter((pid) => all.get(pid).command.includes('--type=renderer') && isOfBrowser(pid));
  for (const pid of renderers) process.kill(pid, 'SIGKILL');
  return renderers.length;
}
