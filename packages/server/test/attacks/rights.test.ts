import { ACCOUNTS } from './accounts.ts';
import { ON_PEOPLE } from './people.ts';
import { prove } from './prove.ts';
import { REQUESTS } from './requests.ts';
import { SESSIONS } from './sessions.ts';
import { SOCKETS } from './sockets.ts';
import { TEXTS } from './texts.ts';

prove([...SESSIONS, ...ACCOUNTS, ...ON_PEOPLE, ...REQUESTS, ...SOCKETS, ...TEXTS]);
