import { diskFull } from './disk.ts';
import { prove } from './prove.ts';
import { commitAnswerLost, storeAway, storeKilled, storeStopped } from './store.ts';

prove([storeKilled, storeStopped, storeAway, commitAnswerLost, diskFull]);
