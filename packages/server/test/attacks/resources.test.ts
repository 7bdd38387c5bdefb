import { BURSTS } from './bursts.ts';
import { prove } from './prove.ts';
import { ROOM_ATTACKS } from './rooms.ts';
import { STORAGE } from './storage.ts';
import { UNREAD_ANSWERS } from './unread-answers.ts';

prove([...UNREAD_ANSWERS, ...BURSTS, ...ROOM_ATTACKS, ...STORAGE]);
