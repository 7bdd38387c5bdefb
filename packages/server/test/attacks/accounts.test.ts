import { ACCOUNTS } from './accounts.ts';
import { prove } from './prove.ts';

prove(ACCOUNTS);
