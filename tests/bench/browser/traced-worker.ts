import { trace } from './traced.js';

trace('engine');
const early: MessageEvent[] = [];
const keep = (event: MessageEvent): void => void early.push(event);
addEventListener('message', keep);
const path = '/ferrite/worker.js';
await import(path);
removeEventListener('message', keep);
for (const event of early) dispatchEvent(new MessageEvent('message', { data: event.data }));
