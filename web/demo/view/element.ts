type Child = Node | string;

export function element<K extends keyof HTMLElementTagNameMap>(
  name: K, properties: Partial<HTMLElementTagNameMap[K]> = {}, ...children: Child[]
): HTMLElementTagNameMap[K] {
  const node = Object.assign(document.createElement(name), properties);
  node.append(...children);
  return node;
}

export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

/** A picture from a stored Blob; its address lives until the page has drawn it. */
export function picture(blob: Blob): HTMLImageElement {
  const url = URL.createObjectURL(blob);
  const image = element("img", { className: "portrait", alt: "", src: url });
  image.onload = image.onerror = () => URL.revokeObjectURL(url);
  return image;
}

export const whole = new Intl.NumberFormat("en");
export const money = new Intl.NumberFormat("en", { style: "currency", currency: "EUR" });
export const day = new Intl.DateTimeFormat("en", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
