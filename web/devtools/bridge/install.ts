// Runs in the inspected page, with its origin. Every panel has a session of
// its own, so that two of them do not disturb each other.

import { bridgeName, type Bridge, type Call } from './protocol.js';
import { Session } from './session.js';

const sessions = new Map<string, Session>();

const bridge: Bridge = (id, callJson) => {
  const call = JSON.parse(callJson) as Call;
  const session = sessions.get(id) ?? new Session();
  sessions.set(id, session);
  if (call.call === 'dispose') sessions.delete(id);
  return JSON.stringify(session.answer(call));
};

const place = Symbol.for(bridgeName);
if (!(place in globalThis)) Object.defineProperty(globalThis, place, { value: bridge });
