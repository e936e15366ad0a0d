// Line icons on a 16-pixel grid.

const paths = {
  database: 'M2.5 4c0-1.1 2.5-2 5.5-2s5.5.9 5.5 2-2.5 2-5.5 2-5.5-.9-5.5-2Zm0 0v8c0 1.1 2.5 2 5.5 2s5.5-.9 5.5-2V4M2.5 8c0 1.1 2.5 2 5.5 2s5.5-.9 5.5-2',
  drawer: 'M2.5 3.5h11v9h-11zM2.5 8h11M6.5 5.75h3M6.5 10.25h3',
  refresh: 'M13 8a5 5 0 1 1-1.6-3.7M13 2.5v3h-3',
  chevron: 'm6 4 4 4-4 4',
  check: 'm3 8.5 3.2 3.2L13 4.8',
  cross: 'm4 4 8 8m0-8-8 8',
  warning: 'M8 2.2 14.3 13H1.7L8 2.2Zm0 4.1v3.2m0 1.6v.4',
  info: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12Zm0-6.7v3.5m0-6v.4',
  lock: 'M4 7.5h8v6H4zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  undo: 'M3 6.5h6.5a3.5 3.5 0 0 1 0 7H6M3 6.5 6 3.5M3 6.5l3 3',
  empty: 'M2.5 9.5 4.5 3h7l2 6.5v4h-11v-4Zm0 0h3.2l1 2h2.6l1-2h3.2',
} as const;

export type IconName = keyof typeof paths;

const svg = 'http://www.w3.org/2000/svg';

export function icon(name: IconName): SVGSVGElement {
  const node = document.createElementNS(svg, 'svg');
  node.setAttribute('viewBox', '0 0 16 16');
  node.setAttribute('class', `fe-icon fe-icon-${name}`);
  node.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(svg, 'path');
  path.setAttribute('d', paths[name]);
  node.append(path);
  return node;
}

/** Ferrite's mark: a toroid, the shape ferrite cores have. */
export function mark(): SVGSVGElement {
  const node = document.createElementNS(svg, 'svg');
  node.setAttribute('viewBox', '0 0 16 16');
  node.setAttribute('class', 'fe-mark');
  node.setAttribute('aria-hidden', 'true');
  const ring = document.createElementNS(svg, 'path');
  ring.setAttribute('d', 'M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13Zm0 3.6a2.9 2.9 0 1 0 0 5.8 2.9 2.9 0 0 0 0-5.8Z');
  ring.setAttribute('fill-rule', 'evenodd');
  const winding = document.createElementNS(svg, 'path');
  winding.setAttribute('class', 'fe-mark-winding');
  winding.setAttribute('d', 'M11.2 1.9 9.6 5.2M13.9 5l-3.3 1.6M14.4 8.9l-3.6-.5');
  node.append(ring, winding);
  return node;
}
