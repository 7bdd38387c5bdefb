import { ACCOUNTS } from './accounts.ts';
import { prove } from './prove.ts';
import { REQUESTS } from './requests.ts';
import { SESSIONS } from './sessions.ts';
import { SOCKETS } from './sockets.ts';
import { TEXTS } from './texts.ts';

prove([...SESSIONS, ...ACCOUNTS, ...REQUESTS, ...SOCKETS, ...TEXTS]);
