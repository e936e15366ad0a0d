// The few helpers the views are written with. Text enters by textContent
// only: names and keys come from pages nobody vouches for.

export interface View<S> {
  readonly node: HTMLElement;
  update(state: S): void;
}

export type Attributes = Record<string, string | number | boolean | undefined>;
export type Child = Node | string | undefined;

export function setAttribute(node: Element, name: string, value: string | number | boolean | undefined): void {
  if (value === undefined || value === false) node.removeAttribute(name);
  else if (node.getAttribute(name) !== (value === true ? '' : String(value))) node.setAttribute(name, value === true ? '' : String(value));
}

export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(node, name, value);
  node.append(...children.filter((child) => child !== undefined));
  return node;
}

export function setText(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

/** Runs `draw` when one of its inputs is another than the last time. */
export function whenChanged<T extends readonly unknown[]>(draw: (...inputs: T) => void): (...inputs: T) => void {
  let last: T | undefined;
  return (...inputs) => {
    if (last?.every((value, i) => Object.is(value, inputs[i]))) return;
    last = inputs;
    draw(...inputs);
  };
}

let lastId = 0;
export const uniqueId = (stem: string): string => `ferrite-${stem}-${++lastId}`;
