import { trace } from './traced.js';

trace('reader');
const early: MessageEvent[] = [];
const keep = (event: MessageEvent): void => void early.push(event);
addEventListener('message', keep);
const path = '/ferrite/reader.js';
await import(path);
removeEventListener('message', keep);
for (const event of early) dispatchEvent(new MessageEvent('message', { data: event.data }));
