import { prove } from './prove.ts';
import { TEXTS } from './texts.ts';

prove(TEXTS);
