import type { Plan } from '../../src/types.js';

const lineWidth = 80;

/** JSON with short objects and arrays on one line, as people write plans. */
function pretty(value: unknown, indent: string, room: number): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const name = (key: string): string => (Array.isArray(value) ? '' : `${JSON.stringify(key)}: `);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  const line = members.map(([key, member]) => name(key) + pretty(member, '', Infinity)).join(', ');
  const flat = Array.isArray(value) || line === '' ? `${open}${line}${close}` : `${open} ${line} ${close}`;
  if (flat.length <= room) return flat;
  const deeper = `${indent}  `;
  const lines = members.map(([key, member]) => {
    const head = `${deeper}${name(key)}`;
    return head + pretty(member, deeper, lineWidth - head.length);
  });
  return `${open}\n${lines.join(',\n')}\n${indent}${close}`;
}

export const planText = (plan: Plan): string => pretty(plan, '', lineWidth);

/** Why the text cannot be a plan, or ''. Whether it is a usable one, the engine says. */
export function planProblem(text: string): string {
  try {
    const plan = JSON.parse(text) as Partial<Plan> | null;
    if (plan?.ferrite !== 1) return 'A plan begins with "ferrite": 1.';
    return Array.isArray(plan.tables) && plan.tables.length > 0 ? '' : 'A plan has at least one table.';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
