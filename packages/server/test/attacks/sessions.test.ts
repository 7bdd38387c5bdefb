import { prove } from './prove.ts';
import { SESSIONS } from './sessions.ts';

prove(SESSIONS);
