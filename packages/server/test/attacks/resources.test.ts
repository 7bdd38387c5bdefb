import { BURSTS } from './bursts.ts';
import { prove } from './prove.ts';
import { UNREAD_ANSWERS } from './unread-answers.ts';

prove([...UNREAD_ANSWERS, ...BURSTS]);
